/** As many as a cookie has room for; the oldest are forgotten first. */
const MOST = 30;
const separator = ".";

/** The notices that a reader put away, as the cookie has them. */
export function readDismissed(cookie: string | undefined): string[] {
  return (cookie ?? "").split(separator).filter((id) => /^[\w-]{1,100}$/.test(id));
}

/** The cookie with one more. */
export function withDismissed(cookie: string | undefined, id: string): string {
  const before = readDismissed(cookie).filter((each) => each !== id);
  return readDismissed([...before, id].join(separator))
    .slice(-MOST)
    .join(separator);
}
