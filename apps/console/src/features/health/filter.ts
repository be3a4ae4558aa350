/** What the health page shows, as its address says it. */
export interface HealthView {
  search: string;
  /** Only models of which something is out. */
  broken: boolean;
  vendor: string | undefined;
  channel: string | undefined;
  page: number;
  /** The deployment whose evidence is open. */
  cell: string | undefined;
  /** Whose events its timeline shows. */
  by: "machine" | "hand" | undefined;
}

export type SearchParams = Record<string, string | string[] | undefined>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Times as many cells as there are channels, drawn anew every quarter of a minute. */
export const PAGE_SIZE = 25;

/** Reads the address; what makes no sense counts as not given. */
export function readHealthView(params: SearchParams): HealthView {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].trim().slice(0, 100) : "");
  const id = (name: string) => (uuid.test(text(name)) ? text(name) : undefined);
  const page = Number(text("page"));
  const by = text("by");
  return {
    search: text("q"),
    broken: text("broken") === "1",
    vendor: text("vendor") || undefined,
    channel: id("channel"),
    page: Number.isInteger(page) && page > 0 ? page : 1,
    cell: id("cell"),
    by: by === "machine" || by === "hand" ? by : undefined,
  };
}

/** The address of the page with some things changed. A changed filter leads back to page 1. */
export function healthHref(view: HealthView, changes: Partial<HealthView> = {}): string {
  const staysOnPage = Object.keys(changes).every((name) => name === "cell" || name === "by" || name === "page");
  const next = { ...view, ...(staysOnPage ? {} : { page: 1 }), ...changes };
  const query = new URLSearchParams();
  if (next.search) query.set("q", next.search);
  if (next.broken) query.set("broken", "1");
  if (next.vendor) query.set("vendor", next.vendor);
  if (next.channel) query.set("channel", next.channel);
  if (next.page > 1) query.set("page", String(next.page));
  if (next.cell) query.set("cell", next.cell);
  if (next.cell && next.by) query.set("by", next.by);
  return query.size === 0 ? "/admin/health" : `/admin/health?${query}`;
}
