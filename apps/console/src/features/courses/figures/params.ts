import { type Metric, metrics } from "#features/usage/params.ts";
import type { SearchParams } from "../filter.ts";

export const coursePeriods = ["7d", "14d", "30d", "term"] as const;
export type CoursePeriod = (typeof coursePeriods)[number];
export const courseGroupings = ["model", "student"] as const;
export type CourseBy = (typeof courseGroupings)[number];

/** What the page of a course's use shows; all of it stands in the address. */
export interface CourseUseParams {
  period: CoursePeriod;
  metric: Metric;
  by: CourseBy;
  /** Only this member's use. */
  member: string | null;
}

const defaults: CourseUseParams = { period: "7d", metric: "cost", by: "model", member: null };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the address; what it doesn't know becomes the default. One member's use is always by model. */
export function readCourseUse(search: SearchParams): CourseUseParams {
  const one = <Value extends string>(values: readonly Value[], name: string) =>
    values.find((value) => value === search[name]);
  const member = typeof search.member === "string" && uuid.test(search.member) ? search.member : null;
  return {
    period: one(coursePeriods, "period") ?? defaults.period,
    metric: one(metrics, "metric") ?? defaults.metric,
    by: member === null ? (one(courseGroupings, "by") ?? defaults.by) : "model",
    member,
  };
}

/** The address of the page with some of this changed; defaults are left out. */
export function courseUseHref(
  courseId: string,
  params: CourseUseParams,
  changes: Partial<CourseUseParams> = {},
): string {
  const wanted = { ...params, ...changes };
  const query = new URLSearchParams();
  if (wanted.period !== defaults.period) query.set("period", wanted.period);
  if (wanted.metric !== defaults.metric) query.set("metric", wanted.metric);
  if (wanted.by !== defaults.by && wanted.member === null) query.set("by", wanted.by);
  if (wanted.member !== null) query.set("member", wanted.member);
  return `/courses/${courseId}/use${query.size === 0 ? "" : `?${query}`}`;
}
