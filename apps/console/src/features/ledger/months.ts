import { zonedDate } from "#i18n/zoned-day.ts";

/** The months from the present one back to that of `since`, `YYYY-MM`, at most so many. */
export function monthsBack(now: Date, since: Date | null, timeZone: string, most = 36): string[] {
  const last = zonedDate(now, timeZone);
  const first = since === null ? null : zonedDate(since, timeZone);
  const count = first === null ? most : (last.year - first.year) * 12 + last.month - first.month + 1;
  return Array.from({ length: Math.max(1, Math.min(most, count)) }, (_, back) =>
    new Date(Date.UTC(last.year, last.month - 1 - back, 1)).toISOString().slice(0, 7),
  );
}
