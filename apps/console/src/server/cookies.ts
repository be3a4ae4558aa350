/** Names of cookies that more than one file reads. */
export const deviceCookie = "device";
export const themeCookie = "theme";
export const dismissedCookie = "dismissed";

const sessionCookie = /^(__Secure-)?next-auth\.session-token(\.\d+)?$/;

/** next-auth's session cookie, plain over HTTP, `__Secure-` over HTTPS, in pieces (`.0`, `.1`) when long. */
export function isSessionCookie(name: string): boolean {
  return sessionCookie.test(name);
}

export const themes = ["light", "dark", "system"] as const;
export type Theme = (typeof themes)[number];

export function readTheme(value: string | undefined): Theme {
  return themes.find((theme) => theme === value) ?? "system";
}
