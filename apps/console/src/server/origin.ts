/**
 * Whether a form or action was sent from our own pages. Next compares Origin with Host but lets a *missing* Origin
 * through; every browser sends one with a POST, so here its absence is refused too.
 */
export function isOwnOrigin(headers: { get(name: string): string | null }): boolean {
  const origin = headers.get("origin");
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  if (!origin || !host || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}
