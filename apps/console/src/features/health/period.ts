import { startOfDay } from "#i18n/zoned-day.ts";

/** look: since the reader looked last. */
export const periods = ["look", "evening", "day", "week"] as const;
export type Period = (typeof periods)[number];

const hour = 3_600_000;

export function readPeriod(value: string | string[] | undefined): Period {
  return periods.find((period) => period === value) ?? "look";
}

/**
 * When a period begins. The evening: 18:00 of the day before, by the campus's clock; that is also where somebody begins who never looked
 * (`lastLook` null).
 */
export function beginningOf(period: Period, now: Date, timeZone: string, lastLook: Date | null): Date {
  if (period === "look" && lastLook !== null) return lastLook;
  if (period === "look" || period === "evening") return new Date(startOfDay(now, timeZone, -1).getTime() + 18 * hour);
  return new Date(now.getTime() - { day: 24, week: 168 }[period] * hour);
}
