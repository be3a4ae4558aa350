import type { Actor, Db, Tx } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";

/** One sum of the books that does not add up. */
export type Difference = {
  readonly accountId: string;
  /** user, course or house; null where there is no such account. */
  readonly accountKind: string | null;
  /** Whose account; null for the house and courses. */
  readonly studentId: string | null;
  readonly userId: string | null;
  /** What was compared: "balance, by ledger entries". */
  readonly subject: string;
  /** The account, credit, key or entry that differs. */
  readonly subjectId: string;
  /** A plain number where the subject counts requests. */
  readonly expectedNanos: bigint;
  readonly foundNanos: bigint;
};

/** One re-adding of the books, as it was kept. */
export type Verification = {
  readonly id: string;
  readonly createdAt: Date;
  /** Null: the command line or the nightly run, which `actorName` tells apart. */
  readonly actorId: string | null;
  readonly actorName: string;
  /** Those that were added up, and those whose month was dropped since. */
  readonly usageRecords: bigint;
  /** The first thousand. */
  readonly differences: Difference[];
  /** All of them. */
  readonly differenceCount: number;
  readonly durationMs: number;
};

type Row = Omit<Verification, "differences"> & {
  differences: (Omit<Difference, "expectedNanos" | "foundNanos"> & { expected: string; found: string })[];
};

/** Re-adds every sum of the books in one snapshot, and keeps nothing of it. Empty: they are right. */
export async function verifyLedger(db: Db | Tx): Promise<Difference[]> {
  return db.$queryRaw<
    Difference[]
  >`select v.account_id as "accountId", a.kind::text as "accountKind", u.student_id as "studentId", u.id as "userId", v.subject,
      v.subject_id as "subjectId", v.expected_nanos as "expectedNanos", v.found_nanos as "foundNanos"
    from verify_ledger() v left join account a on a.id = v.account_id left join app_user u on u.id = a.user_id
    order by v.account_id, v.subject, v.subject_id`;
}

/**
 * Re-adds every sum of the books in one snapshot and keeps the result. At most one runs at a time: with `wait` this one comes after it,
 * else null.
 */
export async function recordVerification(db: Db | Tx, actor: Actor, wait: boolean): Promise<Verification | null> {
  const [row] = await db.$queryRaw<
    Row[]
  >`select id, created_at as "createdAt", actor_id as "actorId", actor_name as "actorName",
      usage_records as "usageRecords", differences, difference_count as "differenceCount", duration_ms as "durationMs"
    from record_verification(${actor.id}::uuid, ${actor.name}, ${wait})`;
  return row === undefined ? null : read(row);
}

/** The last verification; null before the first. */
export async function findLastVerification(db: Db | Tx): Promise<Verification | null> {
  const [row] = await db.$queryRaw<
    Row[]
  >`select id, created_at as "createdAt", actor_id as "actorId", actor_name as "actorName",
      usage_records as "usageRecords", differences, difference_count as "differenceCount", duration_ms as "durationMs"
    from ledger_verification order by created_at desc limit 1`;
  return row === undefined ? null : read(row);
}

/** Since when a verification runs, anywhere; null while none does. */
export async function findRunningVerification(db: Db | Tx): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ since: Date }[]>`select coalesce(a.query_start, a.xact_start, now()) as since
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.objid = 7023562 and l.granted and l.database = (select oid from pg_database where datname = current_database())`;
  return row?.since ?? null;
}

/** A sum of a difference as text: an amount, or how many requests. */
export function differenceText(subject: string, sum: bigint): string {
  return subject.includes("running requests") ? sum.toString() : formatAmount(sum);
}

function read(row: Row): Verification {
  const differences = row.differences.map(({ expected, found, ...rest }) => ({
    ...rest,
    expectedNanos: BigInt(expected),
    foundNanos: BigInt(found),
  }));
  return { ...row, differences };
}
