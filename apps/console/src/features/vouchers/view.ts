import type { SearchParams } from "#features/courses/filter.ts";

/** Which page of batches, and which batch is open beside it. */
export function readBatchView(search: SearchParams): { page: number; batch: string | undefined } {
  const page = Number([search.page].flat()[0]);
  return { page: Number.isInteger(page) && page > 0 ? page : 1, batch: [search.batch].flat()[0] };
}

const TWO_WEEKS_MS = 14 * 86_400_000;

/** Today, and the last day of redeeming that is proposed: in two weeks, or with the course. */
export function proposedDays(now: Date, courseEnd: Date | null, isoDay: (at: Date) => string) {
  const until = now.getTime() + TWO_WEEKS_MS;
  return {
    today: isoDay(now),
    until: isoDay(courseEnd !== null && courseEnd.getTime() < until ? courseEnd : new Date(until)),
  };
}
