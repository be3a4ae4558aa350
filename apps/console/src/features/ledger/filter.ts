import { parseDay, startOfDay } from "#i18n/zoned-day.ts";

export const entryKinds = ["top-up", "grant", "charge", "refund", "return", "adjustment", "expiry"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** What the list of entries shows; all of it stands in the URL. */
export interface LedgerView {
  search: string;
  kind: EntryKind | undefined;
  /** `YYYY-MM-DD`, both included; "" for no bound. */
  from: string;
  to: string;
  page: number;
}

/** Reads the address; what makes no sense counts as not given. */
export function readLedgerView(params: Record<string, string | string[] | undefined>): LedgerView {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].trim().slice(0, 100) : "");
  const day = (name: string) => (parseDay(text(name), "UTC") === null ? "" : text(name));
  const page = Number(text("page"));
  return {
    search: text("q"),
    kind: entryKinds.find((kind) => kind === text("kind")),
    from: day("from"),
    to: day("to"),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The address with some things changed; another filter leads back to page 1. */
export function ledgerHref(view: LedgerView, changes: Partial<LedgerView> = {}): string {
  const next = { ...view, page: 1, ...changes };
  const query = new URLSearchParams();
  if (next.search) query.set("q", next.search);
  if (next.kind) query.set("kind", next.kind);
  if (next.from) query.set("from", next.from);
  if (next.to) query.set("to", next.to);
  if (next.page > 1) query.set("page", String(next.page));
  return query.size === 0 ? "/admin/ledger" : `/admin/ledger?${query}`;
}

/** The moments between which entries are shown: whole days of the zone, the last one included. */
export function ledgerSpan({ from, to }: LedgerView, timeZone: string): { from?: Date; to?: Date } {
  const first = parseDay(from, timeZone);
  const last = parseDay(to, timeZone);
  return {
    ...(first && { from: first }),
    ...(last && { to: startOfDay(last, timeZone, 1) }),
  };
}
