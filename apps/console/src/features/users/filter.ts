import type { UserSort } from "@lyceum/db";

export const userStates = ["unverified", "disabled", "empty", "admin"] as const;
export type UserState = (typeof userStates)[number];
const sorts = ["studentId", "name", "balance", "lastUsed", "created"] as const satisfies UserSort[];

/** What the users page shows, as its address says it. */
export interface UserView {
  search: string;
  state: UserState | undefined;
  group: string | undefined;
  sort: UserSort;
  descending: boolean;
  page: number;
  /** The person in the sheet. */
  user: string | undefined;
}

export type SearchParams = Record<string, string | string[] | undefined>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the address; what makes no sense counts as not given. */
export function readUserView(params: SearchParams): UserView {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].trim().slice(0, 100) : "");
  const page = Number(text("page"));
  return {
    search: text("q"),
    state: userStates.find((state) => state === text("state")),
    group: text("group") || undefined,
    sort: sorts.find((sort) => sort === text("sort")) ?? "studentId",
    descending: text("order") === "desc",
    page: Number.isInteger(page) && page > 0 ? page : 1,
    user: uuid.test(text("user")) ? text("user") : undefined,
  };
}

/** The address of the page with some things changed. A changed filter or order leads back to page 1. */
export function userHref(view: UserView, changes: Partial<UserView> = {}): string {
  const staysOnPage = Object.keys(changes).every((name) => name === "user" || name === "page");
  const next = { ...view, ...(staysOnPage ? {} : { page: 1 }), ...changes };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(keptParams(next))) if (value) query.set(name, value);
  if (next.search) query.set("q", next.search);
  if (next.page > 1) query.set("page", String(next.page));
  if (next.user) query.set("user", next.user);
  const text = query.toString();
  return text ? `/admin/users?${text}` : "/admin/users";
}

/** The filters that a new search keeps, by their names in the address. */
export function keptParams(view: UserView): Record<string, string | undefined> {
  return {
    state: view.state,
    group: view.group,
    sort: view.sort === "studentId" ? undefined : view.sort,
    order: view.descending ? "desc" : undefined,
  };
}

/** Sorts by a column; a second time, the other way round. Money and times start with the largest. */
export function sortHref(view: UserView, sort: UserSort): string {
  const descending = view.sort === sort ? !view.descending : sort === "balance" || sort === "lastUsed";
  return userHref(view, { sort, descending });
}

/** Only what narrows the list: who is ticked stays ticked while these stay. */
export function filterParams({ search, state, group }: UserView): Record<string, string> {
  return { ...(search && { q: search }), ...(state && { state }), ...(group && { group }) };
}
