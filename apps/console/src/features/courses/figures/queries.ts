import "server-only";
import {
  type CourseDetail,
  type CourseSpenders,
  courseBegan,
  courseSeries,
  findWeekPeople,
  getCourseWeek,
  listCourseSpenders,
  type SessionUser,
  type UsagePoint,
  type WeekPerson,
} from "@lyceum/db";
import { type CourseHint, courseHints } from "@lyceum/domain";
import { usageSpan } from "#features/usage/span.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import { orMissing } from "../queries.ts";
import type { CourseUseParams } from "./params.ts";
import { type CourseFigureSpan, termSpan } from "./term-span.ts";

export interface CourseFigures {
  span: CourseFigureSpan;
  points: UsagePoint[];
  spenders: CourseSpenders;
  /** Nothing was measured before. */
  since: Date;
}

/** What a course's money paid over the time that the address says. */
export async function getCourseFigures(
  actor: SessionUser,
  course: CourseDetail,
  params: CourseUseParams,
  now: Date,
): Promise<CourseFigures> {
  const db = getDb();
  const [since, { timeZone: zone }] = await Promise.all([orMissing(courseBegan(db, actor, course.id)), getSettings()]);
  const { period, by, member } = params;
  const dates = { startsAt: course.startsAt, endsAt: course.endsAt, createdAt: since };
  const span =
    period === "term"
      ? termSpan(dates, now, zone)
      : { ...usageSpan({ period, day: null }, now, zone), bucket: "day" as const };
  const query = { from: span.from, to: span.to, ...(member === null ? {} : { memberId: member }) };
  const [points, spenders] = await Promise.all([
    orMissing(courseSeries(db, actor, course.id, { ...query, bucket: span.bucket, by, zone })),
    orMissing(listCourseSpenders(db, actor, course.id, query)),
  ]);
  return { span, points, spenders, since };
}

export interface NamedHints {
  hints: CourseHint[];
  /** Whoever they speak of, by account. */
  people: Map<string, WeekPerson>;
}

/** What stands out in the last seven days of a course, and whom it concerns. */
export async function getCourseHints(actor: SessionUser, courseId: string, now: Date): Promise<NamedHints> {
  const db = getDb();
  const hints = courseHints(await orMissing(getCourseWeek(db, actor, courseId, now)));
  const accounts = hints.flatMap((hint) => {
    if (hint.kind === "far-above-median") return hint.spenders.map((each) => each.accountId);
    return hint.kind === "busy-key" ? [hint.accountId] : [];
  });
  const people = await orMissing(findWeekPeople(db, actor, courseId, accounts));
  return { hints, people };
}
