import "server-only";
import { chargedThisMonth, listUsers, type Page, type UserFilter, type UserRow } from "@lyceum/db";
import type { Db, Tx } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import type { UserView } from "./filter.ts";
import { MAX_CHOSEN } from "./schema.ts";

const PAGE_SIZE = 50;
const BATCH = 200;

export type PersonRow = UserRow & {
  /** Charged since the month began, in the site's zone. */
  readonly spentNanos: bigint;
};

/** One page of people as the address asks for it, with what each spent this month. */
export async function listPeople(db: Db, view: UserView): Promise<Page<PersonRow>> {
  const [page, { timeZone }] = await Promise.all([listUsers(db, filterOf(view)), getSettings()]);
  const accountIds = page.rows.map((row) => row.accountId);
  const spent = await chargedThisMonth(db, accountIds, timeZone);
  return { ...page, rows: page.rows.map((row) => ({ ...row, spentNanos: spent.get(row.accountId) ?? 0n })) };
}

/** Everybody the filter matches, over all pages, up to one more than can be chosen at once. */
export async function listAllPeople(db: Db | Tx, view: UserView): Promise<UserRow[]> {
  const people: UserRow[] = [];
  for (let page = 1; ; page += 1) {
    const { rows, total } = await listUsers(db, { ...filterOf(view), page, pageSize: BATCH });
    people.push(...rows);
    if (rows.length === 0 || people.length >= total || people.length > MAX_CHOSEN) return people;
  }
}

function filterOf(view: UserView): UserFilter {
  const { search, group, state, sort, descending, page } = view;
  return { search, group, status: state, sort, descending, page, pageSize: PAGE_SIZE };
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
