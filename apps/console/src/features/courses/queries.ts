import "server-only";
import { type CourseDetail, getCourse, requireCourseRole, type SessionUser } from "@lyceum/db";
import { AppError, type CourseAct, type CourseAuthority, courseMay } from "@lyceum/domain";
import { notFound } from "next/navigation";
import { cache } from "react";
import { getDb } from "#server/db.ts";
import { requireReader } from "#server/session.ts";

/** Who asks, and the course, for a page about it. Whoever may not do `act` there is told that the page does not exist. */
export const requireCourse = cache(
  async (courseId: string, act: CourseAct): Promise<{ actor: SessionUser; course: CourseDetail }> => {
    const actor = await requireReader();
    const course = await orMissing(
      requireCourseRole(getDb(), actor, courseId, act).then(({ id }) => getCourse(getDb(), actor, id)),
    );
    return { actor, course };
  },
);

/** What a query of a course answers; its `not_found` is the page's. */
export async function orMissing<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}

/** For what is drawn; every act asks again. */
export function mayAct(course: { authority: CourseAuthority }, act: CourseAct): boolean {
  const may: readonly CourseAuthority[] = courseMay[act];
  return may.includes(course.authority);
}
