import { parseDay, startOfDay } from "#i18n/zoned-day.ts";

/** The last second of a day: "until the 17th" includes the 17th. */
export function endOfDay(text: string, timeZone: string): Date {
  const day = parseDay(text, timeZone);
  if (day === null) throw new Error("the schema lets only days through");
  return new Date(startOfDay(day, timeZone, 1).getTime() - 1000);
}

/** As endOfDay; empty: none. */
export function optionalEnd(text: string, timeZone: string): Date | null {
  return text === "" ? null : endOfDay(text, timeZone);
}
