import type { AcademicTerm } from "@lyceum/domain";
import { parseDay, startOfDay, zonedDate, zonedMidnight } from "#i18n/zoned-day.ts";

export const expiryPresets = ["term", "30d", "90d", "none"] as const;
export type ExpiryPreset = (typeof expiryPresets)[number];

/** What can be chosen for a key that exists. */
export const editExpiries = ["keep", ...expiryPresets] as const;

/** A term that ends sooner than this is as good as over: the next one counts. */
const shortestDays = 21;

interface Calendar {
  timeZone: string;
  academicTerms: readonly AcademicTerm[];
}

/** The end of the term a key made now is for: as the settings say, else the last day of January or July, in the site's zone. */
export function termEnd(now: Date, { timeZone, academicTerms }: Calendar): Date {
  const { year } = zonedDate(now, timeZone);
  const earliest = startOfDay(now, timeZone, shortestDays).getTime();
  const known = academicTerms.flatMap(({ endsOn }) => {
    const lastDay = parseDay(endsOn, timeZone);
    return lastDay === null ? [] : [startOfDay(lastDay, timeZone, 1)];
  });
  const usual = [year, year + 1].flatMap((each) => [
    zonedMidnight(each, 2, 1, timeZone),
    zonedMidnight(each, 8, 1, timeZone),
  ]);
  const end = [...known, ...usual].find((each) => each.getTime() >= earliest);
  if (!end) throw new RangeError("unreachable: a term ends within a year");
  return end;
}

/** When a preset ends: at the midnight after its last day. Null: never. */
export function presetExpiry(preset: ExpiryPreset, now: Date, calendar: Calendar): Date | null {
  if (preset === "none") return null;
  if (preset === "term") return termEnd(now, calendar);
  return startOfDay(now, calendar.timeZone, preset === "30d" ? 31 : 91);
}
