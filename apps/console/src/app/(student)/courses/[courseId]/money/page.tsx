import { listCourseAllowances, listFundings } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { GiveRegularly } from "#features/courses/components/allowance-dialog.tsx";
import { AllowancesList } from "#features/courses/components/allowances-list.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { FundPool } from "#features/courses/components/fund-pool.tsx";
import { FundingsTable } from "#features/courses/components/fundings-table.tsx";
import { PoolFacts } from "#features/courses/components/pool-facts.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { mayAct, orMissing, requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.money") };
}

/** The pool, and what was given out of it and by whom. */
export default async function MoneyPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const asked = Number((await searchParams).page);
  const page = Number.isInteger(asked) && asked > 0 ? asked : 1;
  const path = `/courses/${course.id}`;
  const [fundings, allowances, translate, format] = await Promise.all([
    orMissing(listFundings(getDb(), actor, course.id, { page, pageSize: 50 })),
    orMissing(listCourseAllowances(getDb(), actor, course.id)),
    getTranslations("courses"),
    getFormat(),
  ]);
  const mayFund = mayAct(course, "fund");
  const isOpen = course.archivedAt === null && !course.hasEnded && mayFund;
  const { defaultAmountNanos } = course.settings;
  const given = {
    id: course.id,
    proposed: defaultAmountNanos === null ? "" : formatAmount(defaultAmountNanos),
    lastDay: format.isoDay(course.endsAt),
  };
  return (
    <ClientMessages nouns={["courses", "users"]}>
      <CoursePage
        course={course}
        tab="money"
        actions={
          isOpen && (
            <>
              <GiveRegularly course={given} />
              {course.authority === "admin" && <FundPool courseId={course.id} />}
            </>
          )
        }
      >
        <PoolFacts course={course} />
        {allowances.length > 0 && (
          <Section title={translate("allowances")}>
            <AllowancesList courseId={course.id} rows={allowances} canStop={course.archivedAt === null && mayFund} />
          </Section>
        )}
        <Section title={translate("fundings")}>
          {fundings.total === 0 ? (
            <Empty action={isOpen && <ButtonLink href={path}>{translate("chooseMembers")}</ButtonLink>}>
              {translate("noFundings")}
            </Empty>
          ) : (
            <>
              <FundingsTable
                courseId={course.id}
                rows={fundings.rows}
                canUndo={course.archivedAt === null && mayFund}
              />
              <Pagination {...fundings} href={(to) => `${path}/money?page=${to}`} />
            </>
          )}
        </Section>
      </CoursePage>
    </ClientMessages>
  );
}
