import { getOwnCourse } from "@lyceum/db";
import type { Metadata } from "next";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { MembersView } from "#features/courses/components/members-view.tsx";
import { OwnCourse, OwnCourseActions } from "#features/courses/components/own-course.tsx";
import { readMemberView, type SearchParams } from "#features/courses/filter.ts";
import { mayAct, orMissing, requireCourse } from "#features/courses/queries.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { course } = await requireCourse((await params).courseId, "visit");
  return { title: course.name };
}

/** Who teaches sees the members; a student what the course means for himself. */
export default async function CourseStartPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "visit");
  if (mayAct(course, "see")) {
    return <MembersView actor={actor} course={course} view={readMemberView(await searchParams)} />;
  }
  const own = await orMissing(getOwnCourse(getDb(), actor, course.id));
  return (
    <CoursePage course={course} actions={<OwnCourseActions course={course} own={own} />}>
      <OwnCourse actor={actor} course={course} own={own} />
    </CoursePage>
  );
}
