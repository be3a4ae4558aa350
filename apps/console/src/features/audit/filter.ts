export interface AuditView {
  search: string;
  /** What the act was about, "user", "key" …; undefined: everything. */
  kind: string | undefined;
  page: number;
}

/** Reads the address; what makes no sense counts as not given. */
export function readAuditView(params: Record<string, string | string[] | undefined>): AuditView {
  const text = (name: string) => (typeof params[name] === "string" ? params[name].trim().slice(0, 100) : "");
  const page = Number(text("page"));
  return {
    search: text("q"),
    kind: /^[a-z][a-z-]{0,31}$/.test(text("kind")) ? text("kind") : undefined,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The address with some things changed; another filter leads back to page 1. */
export function auditHref(view: AuditView, changes: Partial<AuditView>): string {
  const next = { ...view, page: 1, ...changes };
  const query = new URLSearchParams();
  if (next.search) query.set("q", next.search);
  if (next.kind) query.set("kind", next.kind);
  if (next.page > 1) query.set("page", String(next.page));
  const text = query.toString();
  return text ? `/admin/audit?${text}` : "/admin/audit";
}

/** The nouns of actions ("user.verify" → "user"), each once, in order. */
export function kindsOf(actions: readonly string[]): string[] {
  return [...new Set(actions.map((action) => action.split(".")[0] ?? action))].sort();
}
