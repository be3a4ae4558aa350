import type { MemberFilter } from "@lyceum/db";
import { cutText, NANOS_PER_UNIT, storableText } from "@lyceum/domain";

export const memberUses = ["active", "unused", "low"] as const;
export const memberStandings = ["registered", "missing"] as const;
const sorts = ["studentId", "name", "section", "balance", "spent", "lastUsed"] as const;
export type MemberSort = (typeof sorts)[number];

/** Who has less than this of the course's money left is near empty. */
export const LOW_NANOS = NANOS_PER_UNIT;
const PAGE_SIZE = 50;

/** What the members page shows, as its address says it. */
export interface MemberView {
  search: string;
  section: string | undefined;
  use: (typeof memberUses)[number] | undefined;
  standing: (typeof memberStandings)[number] | undefined;
  /** Instead of the students: the staff, or students who left. */
  who: "staff" | "left" | undefined;
  sort: MemberSort;
  descending: boolean;
  page: number;
  /** The member in the sheet. */
  member: string | undefined;
  /** YYYY-MM-DD: the sheet shows the end of that day. */
  at: string;
}

export type SearchParams = Record<string, string | string[] | undefined>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the address; what makes no sense counts as not given. */
export function readMemberView(params: SearchParams): MemberView {
  const text = (name: string) =>
    typeof params[name] === "string" ? storableText(cutText(params[name].trim(), 100)) : "";
  const one = <Value extends string>(values: readonly Value[], name: string) =>
    values.find((value) => value === text(name));
  const page = Number(text("page"));
  return {
    search: text("q"),
    section: text("section") || undefined,
    use: one(memberUses, "use"),
    standing: one(memberStandings, "standing"),
    who: one(["staff", "left"] as const, "who"),
    sort: one(sorts, "sort") ?? "studentId",
    descending: text("order") === "desc",
    page: Number.isInteger(page) && page > 0 ? page : 1,
    member: uuid.test(text("member")) ? text("member") : undefined,
    at: /^\d{4}-\d{2}-\d{2}$/.test(text("at")) ? text("at") : "",
  };
}

/** The address of the page with some things changed. A changed filter or order leads back to page 1. */
export function memberHref(courseId: string, view: MemberView, changes: Partial<MemberView> = {}): string {
  const staysOnPage = Object.keys(changes).every((name) => ["member", "page", "at"].includes(name));
  const next = { ...view, ...(staysOnPage ? {} : { page: 1 }), ...changes };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(keptParams(next))) if (value) query.set(name, value);
  if (next.search) query.set("q", next.search);
  if (next.page > 1) query.set("page", String(next.page));
  if (next.member) query.set("member", next.member);
  if (next.member && next.at) query.set("at", next.at);
  const text = query.toString();
  return `/courses/${courseId}${text ? `?${text}` : ""}`;
}

/** The filters that a new search keeps, by their names in the address. */
export function keptParams(view: MemberView): Record<string, string | undefined> {
  const { search: _, ...filters } = paramsOf(view);
  return {
    ...filters,
    sort: view.sort === "studentId" ? undefined : view.sort,
    order: view.descending ? "desc" : undefined,
  };
}

function paramsOf({ search, section, use, standing, who }: MemberView) {
  return { search, section, use, standing, who };
}

/** Sorts by a column; a second time, the other way round. Money and times start with the largest. */
export function sortHref(courseId: string, view: MemberView, sort: MemberSort): string {
  const first = sort === "balance" || sort === "spent" || sort === "lastUsed";
  return memberHref(courseId, view, { sort, descending: view.sort === sort ? !view.descending : first });
}

/** Only what narrows the list: who is ticked stays ticked while these stay. */
export function filterParams(view: MemberView): Record<string, string> {
  const { search, ...filters } = paramsOf(view);
  const given = Object.entries({ q: search, ...filters }).filter(([, value]) => value);
  return Object.fromEntries(given) as Record<string, string>;
}

/** What the view asks of the database. */
export function filterOf(view: MemberView): MemberFilter {
  const { search, section, use, standing, who, sort, descending, page } = view;
  return {
    ...{ search, section, use, standing, sort, descending, page },
    lowNanos: LOW_NANOS,
    role: who === "staff" ? "staff" : "student",
    state: who === "left" ? "left" : "active",
    pageSize: PAGE_SIZE,
  };
}
