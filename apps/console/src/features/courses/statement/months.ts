import { zonedDate } from "#i18n/zoned-day.ts";

/** More months than a course has; older ones stay in the statement of all of it. */
const MOST_MONTHS = 24;

/** YYYY-MM of every month since a course was made, the newest first. */
export function statementMonths(began: Date, now: Date, timeZone: string): string[] {
  const [first, last] = [zonedDate(began, timeZone), zonedDate(now, timeZone)];
  const since = first.year * 12 + first.month - 1;
  const months: string[] = [];
  for (let month = last.year * 12 + last.month - 1; month >= since && months.length < MOST_MONTHS; month -= 1) {
    months.push(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`);
  }
  return months;
}
