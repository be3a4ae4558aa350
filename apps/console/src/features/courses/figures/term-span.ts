import { startOfDay, zonedDate } from "#i18n/zoned-day.ts";

/** More weeks than a term has; a chart of more columns can't be read. */
const MOST_WEEKS = 53;

export interface CourseFigureSpan {
  from: Date;
  /** Not included. */
  to: Date;
  bucket: "day" | "week";
  /** Start of each bucket, in order. */
  starts: Date[];
}

/** The midnight that begins the week of a moment: Monday's, in the zone. */
export function startOfWeek(at: Date, timeZone: string, moveWeeks = 0): Date {
  const { year, month, day } = zonedDate(at, timeZone);
  const sinceMonday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return startOfDay(at, timeZone, moveWeeks * 7 - sinceMonday);
}

/** A course's time by the week: from its first day, or its making, to this week or to its end. */
export function termSpan(
  course: { startsAt: Date | null; createdAt: Date; endsAt: Date },
  now: Date,
  timeZone: string,
): CourseFigureSpan {
  const { startsAt, createdAt, endsAt } = course;
  const first = startsAt !== null && startsAt < createdAt ? startsAt : createdAt;
  const last = endsAt < now ? new Date(Math.max(endsAt.getTime() - 1, first.getTime())) : now;
  const to = startOfWeek(last, timeZone, 1);
  const starts: Date[] = [];
  for (let back = 1; back <= MOST_WEEKS; back += 1) {
    const start = startOfWeek(last, timeZone, 1 - back);
    starts.unshift(start);
    if (start <= first) break;
  }
  return { from: starts[0] ?? to, to, bucket: "week", starts };
}
