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

/** A host as browsers write it in their address bar: a name, an IPv4 or a bracketed IPv6 address, with or without a port. */
const host = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The console's own origin as the reader's browser knows it, as our server names it; null where that is none. */
export function readerOrigin(headers: { get(name: string): string | null }): string | null {
  const named = headers.get("x-forwarded-host") ?? headers.get("host") ?? "";
  const protocol = headers.get("x-forwarded-proto") === "https" ? "https" : "http";
  return host.test(named) ? `${protocol}://${named}` : null;
}
