const publicPaths = ["/sign-in", "/register", "/terms", "/leaked", "/docs", "/api/auth"];

/** Whether someone who is not signed in may see this page. Only the redirect of proxy.ts asks; it protects nothing. */
export function isPublicPath(pathname: string): boolean {
  return publicPaths.some((path) => pathname === path || pathname.startsWith(`${path}/`));
}

/** `next` as a path of this site, else the home page: never an address elsewhere (`//evil`, `/\evil`). */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return "/";
  const url = URL.canParse(next, "http://here") ? new URL(next, "http://here") : null;
  // What is left of "/.//evil" once it is read as an address begins like one elsewhere.
  return url?.origin === "http://here" && !url.pathname.startsWith("//") ? url.pathname + url.search : "/";
}

/** Where proxy.ts tells a page its own path with its query; nobody outside can. */
export const pathHeader = "x-lyceum-path";

/** The address of a step that has to be taken first, which leads on to where somebody was going. */
export function stepTo(step: string, from: string | null): string {
  const next = safeNext(from ?? undefined);
  return next === "/" ? step : `${step}?${new URLSearchParams({ next })}`;
}
