import "server-only";
import { listUsers, type Page, type UserFilter, type UserRow } from "@lyceum/db";
import type { Db, Tx } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import type { UserView } from "./filter.ts";
import { MAX_CHOSEN } from "./schema.ts";

const PAGE_SIZE = 50;
const BATCH = 200;
/** Less than this, ¥0.01, pays for nothing: "balance empty". */
const EMPTY_BELOW_NANOS = 10_000_000n;

export type PersonRow = UserRow & {
  /** Charged since the month began, in the site's zone. */
  readonly spentNanos: bigint;
};

/** One page of people as the address asks for it, with what each spent this month. */
export async function listPeople(db: Db, view: UserView): Promise<Page<PersonRow>> {
  const page = view.state === "empty" ? await pageOfEmpty(db, view) : await listUsers(db, filterOf(view));
  const spent = await spentThisMonth(
    db,
    page.rows.map((row) => row.accountId),
  );
  return { ...page, rows: page.rows.map((row) => ({ ...row, spentNanos: spent.get(row.accountId) ?? 0n })) };
}

/** Everybody the filter matches, over all pages, up to one more than can be chosen at once. */
export async function listAllPeople(db: Db | Tx, view: UserView): Promise<UserRow[]> {
  if (view.state === "empty") return (await allEmpty(db, view)).slice(0, MAX_CHOSEN + 1);
  const people: UserRow[] = [];
  for (let page = 1; ; page += 1) {
    const { rows, total } = await listUsers(db, { ...filterOf(view), page, pageSize: BATCH });
    people.push(...rows);
    if (rows.length === 0 || people.length >= total || people.length > MAX_CHOSEN) return people;
  }
}

function filterOf(view: UserView): UserFilter {
  const { search, group, state, sort, descending, page } = view;
  return { search, group, status: state === "empty" ? undefined : state, sort, descending, page, pageSize: PAGE_SIZE };
}

/** By balance they come first, so reading stops at the first who has something. */
async function allEmpty(db: Db | Tx, view: UserView): Promise<UserRow[]> {
  const people: UserRow[] = [];
  for (let page = 1; ; page += 1) {
    const filter: UserFilter = { ...filterOf(view), sort: "balance", descending: false, page, pageSize: BATCH };
    const { rows } = await listUsers(db, filter);
    const empty = rows.filter((row) => row.balanceNanos < EMPTY_BELOW_NANOS);
    people.push(...empty);
    if (empty.length < BATCH) return people.sort(orderOf(view));
  }
}

async function pageOfEmpty(db: Db, view: UserView): Promise<Page<UserRow>> {
  const people = await allEmpty(db, view);
  const rows = people.slice((view.page - 1) * PAGE_SIZE, view.page * PAGE_SIZE);
  return { rows, total: people.length, page: view.page, pageSize: PAGE_SIZE };
}

function orderOf({ sort, descending }: UserView): (a: UserRow, b: UserRow) => number {
  const keyOf = (row: UserRow): bigint | string | number | null => {
    if (sort === "balance") return row.balanceNanos;
    if (sort === "name") return row.name;
    if (sort === "lastUsed") return row.lastUsedAt?.getTime() ?? null;
    return sort === "created" ? row.createdAt.getTime() : row.studentId;
  };
  return (a, b) => {
    const [first, second] = [keyOf(a), keyOf(b)];
    if (first === second) return a.studentId < b.studentId ? -1 : 1;
    if (first === null || second === null) return first === null ? 1 : -1; // never used: last both ways, as in SQL
    return first < second === descending ? 1 : -1;
  };
}

async function spentThisMonth(db: Db, accountIds: readonly string[]): Promise<Map<string, bigint>> {
  const { timeZone } = await getSettings();
  const rows = await db.$queryRaw<{ accountId: string; spentNanos: bigint }[]>`
    select account_id as "accountId", sum(charge_nanos)::bigint as "spentNanos" from usage_rollup
    where account_id = any(${[...accountIds]}::uuid[]) and hour >= date_trunc('month', now(), ${timeZone}) group by 1`;
  return new Map(rows.map((row) => [row.accountId, row.spentNanos]));
}

/** How many there are, and how many of them wait for a confirmation or are disabled. */
export async function countPeople(db: Db): Promise<{ all: number; unverified: number; disabled: number }> {
  const [all, unverified, disabled] = await Promise.all([
    listUsers(db, { pageSize: 1 }),
    listUsers(db, { status: "unverified", pageSize: 1 }),
    listUsers(db, { status: "disabled", pageSize: 1 }),
  ]);
  return { all: all.total, unverified: unverified.total, disabled: disabled.total };
}
