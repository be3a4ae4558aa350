/** How far a zone's wall clock is ahead of UTC at a moment, in ms. */
function zoneOffset(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(
    read("year"),
    read("month") - 1,
    read("day"),
    read("hour"),
    read("minute"),
    read("second"),
    new Date(at).getUTCMilliseconds(),
  );
  return wall - at;
}

/** The moment a day begins in a zone; `day` may overflow its month, as with Date.UTC. Month counts from 1. */
export function zonedMidnight(year: number, month: number, day: number, timeZone: string): Date {
  const wall = Date.UTC(year, month - 1, day);
  // Twice, because the offset at the guess may be the one on the other side of a clock change.
  const guess = wall - zoneOffset(wall, timeZone);
  return new Date(wall - zoneOffset(guess, timeZone));
}

/** Year, month (from 1) and day of a moment in a zone. */
export function zonedDate(at: Date, timeZone: string): { year: number; month: number; day: number } {
  const wall = new Date(at.getTime() + zoneOffset(at.getTime(), timeZone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The midnight that begins the day of `at`, moved by whole days of the zone (23 or 25 hours where its clock changes). */
export function startOfDay(at: Date, timeZone: string, moveDays = 0): Date {
  const { year, month, day } = zonedDate(at, timeZone);
  return zonedMidnight(year, month, day + moveDays, timeZone);
}

/** The moment that `YYYY-MM-DDTHH:MM` names in a zone, as a field of date and time gives it; null for anything else. */
export function parseMoment(text: string, timeZone: string): Date | null {
  const [day = "", clock = ""] = text.split("T");
  const time = /^([01]\d|2[0-3]):([0-5]\d)(?::00(?:\.0+)?)?$/.exec(clock);
  const midnight = parseDay(day, timeZone);
  if (midnight === null || time === null) return null;
  const wall =
    midnight.getTime() + zoneOffset(midnight.getTime(), timeZone) + (Number(time[1]) * 60 + Number(time[2])) * 60_000;
  const guess = wall - zoneOffset(wall, timeZone);
  return new Date(wall - zoneOffset(guess, timeZone));
}

/** The midnight that begins `YYYY-MM-DD` in a zone; null for anything else, or a day that no calendar has. */
export function parseDay(text: string, timeZone: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const back = new Date(Date.UTC(year, month - 1, day));
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return null;
  return zonedMidnight(year, month, day, timeZone);
}
