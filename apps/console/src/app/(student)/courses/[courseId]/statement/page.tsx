import { courseBegan, getCourseReport, WHOLE_COURSE } from "@lyceum/db";
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { ChipLink } from "#components/ui/link-choices.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { orMissing, requireCourse } from "#features/courses/queries.ts";
import { StatementTables } from "#features/courses/statement/components/statement-tables.tsx";
import { statementMonths } from "#features/courses/statement/months.ts";
import { getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.statement") };
}

/** A month of the course's money, or all of it: what can be filed. It stays when the course is archived. */
export default async function CourseStatementPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const { now, timeZone } = await getFormatSettings();
  const [began, asked, translate] = await Promise.all([
    orMissing(courseBegan(getDb(), actor, course.id)),
    searchParams,
    getTranslations("figures"),
  ]);
  const months = statementMonths(began, now, timeZone);
  const month = months.find((each) => each === asked.month) ?? WHOLE_COURSE;
  const report = await orMissing(getCourseReport(getDb(), actor, { courseId: course.id, month, zone: timeZone }));
  const path = `/courses/${course.id}/statement`;
  return (
    <CoursePage
      course={course}
      tab="statement"
      actions={
        // Plain links: the router would fetch them as pages.
        <>
          <a className={buttonClass({})} href={`${path}/csv?month=${month}`} download>
            <Download className="icon" />
            CSV
          </a>
          <a className={buttonClass({ variant: "primary" })} href={`${path}/pdf?month=${month}`} download>
            <Download className="icon" />
            PDF
          </a>
        </>
      }
    >
      <nav className="scroller mb-4" aria-label={translate("period")}>
        <ChipLink href={path} current={month === WHOLE_COURSE}>
          {translate("wholeCourse")}
        </ChipLink>
        {months.map((each) => (
          <ChipLink key={each} href={`${path}?month=${each}`} current={month === each}>
            {each}
          </ChipLink>
        ))}
      </nav>
      <StatementTables report={report} />
    </CoursePage>
  );
}
