import { HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import type { CreditRow, EntryRow } from "./accounts.ts";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";
import { likePattern, type Page, type PageRequest, pageBounds } from "./page.ts";

export type LedgerRow = EntryRow & {
  readonly accountId: string;
  readonly accountKind: "user" | "course" | "house";
  /** Whose account; null for the house and courses. */
  readonly userId: string | null;
  readonly studentId: string | null;
  readonly userName: string | null;
};

export type LedgerFilter = PageRequest & {
  /** Part of a person's ID or name. */
  readonly search?: string | undefined;
  readonly kind?: string | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
};

/** Counting stops here, as with usage records. */
export const MAX_COUNTED_ENTRIES = 10_000;
/** More people than this are no answer to a search. */
const MAX_ACCOUNTS = 200;

/** Entries of all accounts, newest first. `total` counts at most MAX_COUNTED_ENTRIES. */
export async function listLedger(db: Db | Tx, filter: LedgerFilter = {}): Promise<Page<LedgerRow>> {
  const { page, pageSize, offset } = pageBounds(filter);
  const conditions = [Prisma.sql`true`];
  const search = filter.search?.trim();
  if (search) {
    const accounts = await accountsOf(db, search);
    conditions.push(Prisma.sql`e.account_id = any(${accounts}::uuid[])`);
  }
  if (filter.kind) conditions.push(Prisma.sql`e.kind::text = ${filter.kind}`);
  // The primary key sorts by time and finds a span; an hour around it, because an entry's time is that of its transaction's begin.
  if (filter.from) {
    conditions.push(Prisma.sql`e.created_at >= ${filter.from}::timestamptz`);
    conditions.push(Prisma.sql`e.id >= id_floor(${filter.from}::timestamptz - interval '1 hour')`);
  }
  if (filter.to) {
    conditions.push(Prisma.sql`e.created_at < ${filter.to}::timestamptz`);
    conditions.push(Prisma.sql`e.id < id_floor(${filter.to}::timestamptz + interval '1 hour')`);
  }
  const where = Prisma.join(conditions, " and ");
  const [rows, count] = await Promise.all([
    db.$queryRaw<
      LedgerRow[]
    >`select e.id, e.created_at as "createdAt", e.kind::text as kind, e.amount_nanos as "amountNanos",
        e.balance_after_nanos as "balanceAfterNanos", e.reason, actor.name as "actorName", e.requests, e.account_id as "accountId",
        a.kind::text as "accountKind", u.id as "userId", u.student_id as "studentId", u.name as "userName"
      from ledger_entry e join account a on a.id = e.account_id left join app_user u on u.id = a.user_id
        left join app_user actor on actor.id = e.actor_id
      where ${where} order by e.id desc limit ${pageSize} offset ${offset}`,
    db.$queryRaw<[{ total: number }]>`select count(*)::int as total
      from (select from ledger_entry e where ${where} limit ${MAX_COUNTED_ENTRIES}) counted`,
  ]);
  return { rows, total: count[0].total, page, pageSize };
}

async function accountsOf(db: Db | Tx, search: string): Promise<string[]> {
  const pattern = likePattern(search);
  const rows = await db.$queryRaw<{ id: string }[]>`select a.id from account a join app_user u on u.id = a.user_id
    where u.student_id ilike ${pattern} or u.name ilike ${pattern} order by u.student_id limit ${MAX_ACCOUNTS}`;
  return rows.map((row) => row.id);
}

export type BookSums = {
  readonly accounts: {
    readonly kind: "user" | "course" | "house";
    readonly count: number;
    readonly balanceNanos: bigint;
  }[];
  /** What is left of credits, by where they came from. */
  readonly credits: { readonly kind: CreditRow["kind"]; readonly count: number; readonly remainingNanos: bigint }[];
  readonly reservations: { readonly count: number; readonly amountNanos: bigint };
  /** Since the month began: what accounts were charged, and what the house paid because they could not. */
  readonly chargedNanos: bigint;
  readonly uncollectedNanos: bigint;
  /** The house's own requests since the month began, and what they cost. */
  readonly house: { readonly requests: number; readonly costNanos: bigint };
};

/** The sums of the books now; the month is the zone's. */
export async function getBookSums(db: Db | Tx, zone: string): Promise<BookSums> {
  const month = Prisma.sql`t.hour >= date_trunc('month', now(), ${zone})`;
  const [accounts, credits, [reservations], [campus], [house]] = await Promise.all([
    db.$queryRaw<
      BookSums["accounts"]
    >`select kind::text as kind, count(*)::int as count, sum(balance_nanos)::bigint as "balanceNanos"
      from account group by account.kind order by account.kind`,
    db.$queryRaw<
      BookSums["credits"]
    >`select kind::text as kind, count(*)::int as count, sum(remaining_nanos)::bigint as "remainingNanos"
      from credit where is_open group by credit.kind order by credit.kind`,
    db.$queryRaw<
      [BookSums["reservations"]]
    >`select count(*)::int as count, coalesce(sum(amount_nanos), 0)::bigint as "amountNanos" from reservation`,
    db.$queryRaw<[{ charged: bigint; uncollected: bigint }]>`select coalesce(sum(t.charge_nanos), 0)::bigint as charged,
        coalesce(sum(t.uncollected_nanos), 0)::bigint as uncollected from campus_usage t where t.dimension = 'model' and ${month}`,
    db.$queryRaw<
      [{ requests: number; charged: bigint; uncollected: bigint }]
    >`select coalesce(sum(t.requests), 0)::int as requests,
        coalesce(sum(t.charge_nanos), 0)::bigint as charged, coalesce(sum(t.uncollected_nanos), 0)::bigint as uncollected
      from usage_rollup t where t.account_id = ${HOUSE_ACCOUNT_ID}::uuid and ${month}`,
  ]);
  return {
    accounts,
    credits,
    reservations,
    chargedNanos: campus.charged - house.charged,
    uncollectedNanos: campus.uncollected - house.uncollected,
    house: { requests: house.requests, costNanos: house.charged + house.uncollected },
  };
}
