/** A moment as people on campus read it: "2026-11-28 23:59". */
export function localTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);
}
