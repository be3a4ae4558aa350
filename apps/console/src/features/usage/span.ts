import { parseDay, startOfDay } from "#i18n/zoned-day.ts";
import type { UsageParams } from "./params.ts";

export interface Span {
  from: Date;
  /** Not included. */
  to: Date;
  bucket: "hour" | "day";
  /** Start of each bucket, in order. */
  starts: Date[];
}

const hourMs = 3_600_000;
const daysOf = { today: 1, "7d": 7, "14d": 14, "30d": 30 } as const;

/** The time a page of usage covers, in whole days of the site's zone; a single day is cut into hours. */
export function usageSpan({ period, day }: Pick<UsageParams, "period" | "day">, now: Date, timeZone: string): Span {
  const single = day === null ? null : parseDay(day, timeZone);
  if (single !== null || period === "today") {
    const from = single ?? startOfDay(now, timeZone);
    const to = startOfDay(from, timeZone, 1);
    const hours = Math.round((to.getTime() - from.getTime()) / hourMs);
    const starts = Array.from({ length: hours }, (_, hour) => new Date(from.getTime() + hour * hourMs));
    return { from, to, bucket: "hour", starts };
  }
  const days = daysOf[period];
  const starts = Array.from({ length: days }, (_, index) => startOfDay(now, timeZone, index - days + 1));
  return { from: starts[0] ?? now, to: startOfDay(now, timeZone, 1), bucket: "day", starts };
}

/** The span of the same length just before, to compare with; up to the same moment if the span is still running. */
export function spanBefore(span: Span, now: Date, timeZone: string): { from: Date; to: Date } {
  const days = span.bucket === "hour" ? 1 : span.starts.length;
  const from = startOfDay(span.from, timeZone, -days);
  const elapsed = Math.min(span.to.getTime(), now.getTime()) - span.from.getTime();
  return { from, to: new Date(Math.min(span.from.getTime(), from.getTime() + elapsed)) };
}
