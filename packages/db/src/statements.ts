import { AppError } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

/** A month of the campus's zone, as far as it has gone. */
export type StatementPeriod = {
  /** YYYY-MM */
  readonly month: string;
  readonly zone: string;
  readonly from: Date;
  /** Not included: the month's end, or now. */
  readonly to: Date;
};

/** Reads YYYY-MM. Throws `invalid_request` for anything else, and for a month that has not begun. */
export async function getStatementPeriod(db: Db | Tx, month: string, zone: string): Promise<StatementPeriod> {
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(month)) throw badMonth(month);
  const [period] = await db.$queryRaw<[{ from: Date; to: Date }]>`
    select m.first at time zone ${zone}::text as "from", least(now(), (m.first + interval '1 month') at time zone ${zone}::text) as "to"
    from (select ${`${month}-01`}::text::date::timestamp as first) m`;
  if (period.from >= period.to) throw badMonth(month);
  return { month, zone, ...period };
}

function badMonth(month: string): AppError {
  const parameters = {
    reason_zh: `月份 ${month.slice(0, 20)} 应写成 2026-11，且已经开始。`,
    reason_en: `the month ${month.slice(0, 20)} must read like 2026-11 and have begun.`,
  };
  return new AppError("invalid_request", { parameters });
}

/** What an account had at a moment: the sum of its entries before it. */
export async function balanceAt(db: Db | Tx, accountId: string, moment: Date): Promise<bigint> {
  const [row] = await db.$queryRaw<[{ balance: bigint }]>`select coalesce(sum(amount_nanos), 0)::bigint as balance
    from ledger_entry where account_id = ${accountId}::uuid and created_at < ${moment}::timestamptz`;
  return row.balance;
}

export type StatementEntry = {
  readonly id: string;
  readonly createdAt: Date;
  /** Of the zone, 2026-11-28 21:41:07. */
  readonly time: string;
  readonly kind: string;
  /** Signed. */
  readonly amountNanos: bigint;
  readonly creditKind: string;
  readonly creditNote: string;
  readonly reason: string;
  readonly actorName: string | null;
  /** Between a course's pool and a person: the person, as seen from the pool, or the course's code, as seen from the person. */
  readonly otherParty: string | null;
  /** How many requests it carries: a charge, or a late correction. */
  readonly requests: number;
};

/** Rows of one read: what a statement holds in memory. */
const ROWS_PER_READ = 1_000;
/** A request that was under way when its month began, or waited on a server's disk for the database, still finds its place. */
const LATE_DAYS = 2;

/** The entries of an account in a period, in order of time, read as they are consumed. */
export async function* statementEntries(
  db: Db | Tx,
  accountId: string,
  { from, to, zone }: StatementPeriod,
): AsyncGenerator<StatementEntry> {
  let last: { createdAt: Date; id: string } = { createdAt: from, id: "00000000-0000-0000-0000-000000000000" };
  for (;;) {
    const rows: StatementEntry[] = await db.$queryRaw`select e.id, e.created_at as "createdAt",
        to_char(e.created_at at time zone ${zone}::text, 'YYYY-MM-DD HH24:MI:SS') as time, e.kind::text as kind, e.amount_nanos as "amountNanos",
        c.kind::text as "creditKind", c.note as "creditNote", e.reason, u.name as "actorName",
        coalesce(p.student_id || ' ' || p.name, o.code) as "otherParty", e.requests
      from ledger_entry e join credit c on c.id = e.credit_id left join app_user u on u.id = e.actor_id
        left join account a on a.id = e.other_account_id left join app_user p on p.id = a.user_id left join course o on o.id = a.course_id
      where e.account_id = ${accountId}::uuid and e.created_at < ${to}::timestamptz
        and (e.created_at, e.id) > (${last.createdAt}::timestamptz, ${last.id}::uuid)
      order by e.created_at, e.id limit ${ROWS_PER_READ}`;
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < ROWS_PER_READ) return;
    last = end;
  }
}

export type StatementRequest = {
  readonly id: string;
  readonly admittedAt: Date;
  readonly time: string;
  readonly model: string;
  readonly keyName: string | null;
  readonly outcome: string;
  readonly isEstimated: boolean;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly imageTokens: number;
  readonly audioTokens: number;
  readonly priceVersion: number | null;
  readonly multiplierPpm: number;
  readonly chargeNanos: bigint;
  readonly uncollectedNanos: bigint;
  /** What of the charge the period's entries carry. */
  readonly chargedInPeriodNanos: bigint;
};

/** The requests of an account that belong to a period: admitted in it, or charged by one of its entries. Read as they are consumed. */
export async function* statementRequests(
  db: Db | Tx,
  accountId: string,
  { from, to, zone }: StatementPeriod,
): AsyncGenerator<StatementRequest> {
  let last = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows: StatementRequest[] = await db.$queryRaw`select r.id, r.admitted_at as "admittedAt",
        to_char(r.admitted_at at time zone ${zone}::text, 'YYYY-MM-DD HH24:MI:SS') as time, r.model, k.name as "keyName", r.outcome,
        r.is_estimated as "isEstimated", r.input_tokens as "inputTokens", r.cached_input_tokens as "cachedInputTokens",
        r.cache_write_tokens as "cacheWriteTokens", r.output_tokens as "outputTokens", r.reasoning_tokens as "reasoningTokens",
        r.image_tokens as "imageTokens", r.audio_tokens as "audioTokens", p.version as "priceVersion", r.multiplier_ppm as "multiplierPpm",
        r.charge_nanos as "chargeNanos", r.uncollected_nanos as "uncollectedNanos", coalesce((
          select sum(part.nanos) from unnest(r.charge_entry_ids, r.charge_parts) as part (entry_id, nanos)
            join ledger_entry e on e.id = part.entry_id
          where e.created_at >= ${from}::timestamptz and e.created_at < ${to}::timestamptz), 0)::bigint as "chargedInPeriodNanos"
      from usage_record r left join virtual_key k on k.id = r.key_id left join price p on p.id = r.price_id
      where r.account_id = ${accountId}::uuid and r.id > ${last}::uuid
        and r.id >= id_floor(${from}::timestamptz - make_interval(days => ${LATE_DAYS}::int))
        and r.id < id_floor(${to}::timestamptz + interval '1 hour')
      order by r.id limit ${ROWS_PER_READ}`;
    for (const row of rows) {
      const isAdmitted = row.admittedAt >= from && row.admittedAt < to;
      if (isAdmitted || row.chargedInPeriodNanos !== 0n) yield row;
    }
    const end = rows.at(-1);
    if (end === undefined || rows.length < ROWS_PER_READ) return;
    last = end.id;
  }
}

export type StatementUsage = {
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly chargeNanos: bigint;
  readonly uncollectedNanos: bigint;
};

/**
 * Sums by model for the part of a period whose single records were dropped, up to `until`; null where none were dropped.
 */
export async function droppedUsage(
  db: Db | Tx,
  accountId: string,
  { from, to }: StatementPeriod,
): Promise<{ until: Date; rows: StatementUsage[] } | null> {
  const since = await droppedBefore(db, accountId);
  if (since === null || since <= from) return null;
  const until = since < to ? since : to;
  const rows = await db.$queryRaw<
    StatementUsage[]
  >`select model, sum(requests)::int as requests, sum(input_tokens)::float8 as "inputTokens",
      sum(cached_input_tokens)::float8 as "cachedInputTokens", sum(output_tokens)::float8 as "outputTokens",
      sum(reasoning_tokens)::float8 as "reasoningTokens", sum(charge_nanos)::bigint as "chargeNanos",
      sum(uncollected_nanos)::bigint as "uncollectedNanos"
    from usage_rollup where account_id = ${accountId}::uuid and hour >= ${from}::timestamptz and hour < ${until}::timestamptz
    group by model order by model`;
  return { until, rows };
}

/** Since when an account's single requests are there; null where none of them were dropped. */
export async function droppedBefore(db: Db | Tx, accountId: string): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ since: Date }[]>`select usage_kept_since() as since from usage_carry
    where account_id = ${accountId}::uuid and isfinite(usage_kept_since())`;
  return row?.since ?? null;
}
