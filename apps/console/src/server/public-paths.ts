const publicPaths = ["/sign-in", "/register", "/terms", "/api/auth"];

/** Whether someone who is not signed in may see this page. Only the redirect of proxy.ts asks; it protects nothing. */
export function isPublicPath(pathname: string): boolean {
  return publicPaths.some((path) => pathname === path || pathname.startsWith(`${path}/`));
}

/** `next` as a path of this site, else the home page: never an address elsewhere (`//evil`, `/\evil`). */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return "/";
  const url = URL.canParse(next, "http://here") ? new URL(next, "http://here") : null;
  return url?.origin === "http://here" ? url.pathname + url.search : "/";
}
