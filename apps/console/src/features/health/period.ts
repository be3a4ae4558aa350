import { startOfDay } from "#i18n/zoned-day.ts";

export const periods = ["evening", "day", "days", "week"] as const;
export type Period = (typeof periods)[number];

const hour = 3_600_000;

export function readPeriod(value: string | string[] | undefined): Period {
  return periods.find((period) => period === value) ?? "evening";
}

/** When a period begins. The evening: 18:00 of the day before, by the campus's clock. */
export function beginningOf(period: Period, now: Date, timeZone: string): Date {
  if (period === "evening") return new Date(startOfDay(now, timeZone, -1).getTime() + 18 * hour);
  return new Date(now.getTime() - { day: 24, days: 72, week: 168 }[period] * hour);
}
