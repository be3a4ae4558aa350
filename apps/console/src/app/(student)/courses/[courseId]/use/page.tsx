import { getCourseUse } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { CourseNumbers } from "#features/courses/components/course-numbers.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { CourseFigure } from "#features/courses/figures/components/course-figure.tsx";
import { CourseHints } from "#features/courses/figures/components/course-hints.tsx";
import { FigureTable } from "#features/courses/figures/components/figure-table.tsx";
import { MemberGrants, MemberHead } from "#features/courses/figures/components/member-use.tsx";
import { Spenders } from "#features/courses/figures/components/spenders.tsx";
import { UseFilters } from "#features/courses/figures/components/use-filters.tsx";
import { courseUseHref, readCourseUse } from "#features/courses/figures/params.ts";
import { getCourseFigures, getCourseHints } from "#features/courses/figures/queries.ts";
import { LOW_NANOS, readMemberView, type SearchParams } from "#features/courses/filter.ts";
import { orMissing, requireCourse } from "#features/courses/queries.ts";
import { rankSeries, type SeriesRow } from "#features/usage/series.ts";
import { getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.use") };
}

/** What the course's money was used for, by model and student, and what stands out. Never what was asked, nor other money. */
export default async function CourseUsePage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const view = readCourseUse(await searchParams);
  const { now } = await getFormatSettings();
  const [figures, use, noted, translate] = await Promise.all([
    getCourseFigures(actor, course, view, now),
    orMissing(getCourseUse(getDb(), actor, course.id, LOW_NANOS)),
    view.member === null ? getCourseHints(actor, course.id, now) : null,
    getTranslations("figures"),
  ]);
  const { points, spenders } = figures;
  // Those without a series of their own come last, however much they spent together.
  const rows = rankSeries(points);
  const ranked = [...rows.filter((row) => row.series !== ""), ...rows.filter((row) => row.series === "")];
  const others = spenders.people - (ranked.length - 1);
  const nameOf = (row: SeriesRow) => row.label || translate("otherStudents", { count: others });
  const memberOf = new Map(spenders.rows.map((each) => [each.accountId, each.memberId]));
  const hrefOf = (row: SeriesRow) => {
    const member = view.by === "student" ? memberOf.get(row.series) : null;
    return member ? courseUseHref(course.id, view, { member }) : undefined;
  };
  const one = view.member === null ? null : { actor, courseId: course.id, memberId: view.member };
  return (
    <CoursePage course={course} tab="use">
      {noted && (
        <>
          <CourseNumbers course={course} use={use} view={readMemberView({})} />
          <CourseHints {...noted} courseId={course.id} params={view} />
        </>
      )}
      {one && <MemberHead {...one} params={view} total={spenders.total} />}
      <UseFilters courseId={course.id} params={view} />
      {ranked.length === 0 ? (
        <Empty
          action={
            view.period !== "term" && (
              <ButtonLink href={courseUseHref(course.id, view, { period: "term" })}>{translate("toTerm")}</ButtonLink>
            )
          }
        >
          {translate("empty")}
        </Empty>
      ) : (
        <>
          <CourseFigure params={view} figures={figures} ranked={ranked} nameOf={nameOf} />
          <section className="section mt-6">
            <FigureTable ranked={ranked} by={view.by} metric={view.metric} nameOf={nameOf} hrefOf={hrefOf} />
          </section>
          {one === null && view.by === "model" && (
            <section className="section">
              <Spenders spenders={spenders} courseId={course.id} params={view} />
            </section>
          )}
          <p className="caption mt-4">{translate("onlyThisMoney")}</p>
        </>
      )}
      {one && (
        <section className="section mt-6">
          <MemberGrants {...one} />
        </section>
      )}
    </CoursePage>
  );
}
