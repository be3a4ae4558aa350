import { CliError } from "./command.ts";

/**
 * Reads a moment: a full ISO time with zone, or a date, which means its last second in `zone` ("until the 17th" includes
 * the 17th). Null where nothing was given. Throws CliError.
 */
export function parseMoment(text: string | undefined, zone: string): Date | null {
  if (text === undefined) return null;
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return endOfDay(text, zone);
  const isFull = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isFull && !Number.isNaN(Date.parse(text))) return new Date(text);
  throw new CliError({
    zh: `时间 ${text} 看不懂：请写成 2027-01-17 或 2027-01-17T12:00:00+08:00。`,
    en: `The time ${text} is not understood: write it as 2027-01-17 or 2027-01-17T12:00:00+08:00.`,
  });
}

/** The same, but a date means its beginning ("from the 17th on"). */
export function parseBeginning(text: string | undefined, zone: string): Date | null {
  const moment = parseMoment(text, zone);
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return moment;
  const dayBefore = new Date(Date.parse(text) - 86_400_000).toISOString().slice(0, 10);
  return new Date(endOfDay(dayBefore, zone).getTime() + 1000);
}

function endOfDay(date: string, zone: string): Date {
  const asUtc = new Date(`${date}T23:59:59.000Z`);
  // The zone's offset at that moment, from how it would write the time; a second look settles a change of the clocks.
  const first = new Date(asUtc.getTime() - offsetMs(asUtc, zone));
  return new Date(asUtc.getTime() - offsetMs(first, zone));
}

function offsetMs(moment: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(moment.getTime() / 1000) * 1000;
}
