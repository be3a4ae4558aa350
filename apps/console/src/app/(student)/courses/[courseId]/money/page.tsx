import { listFundings, listOwnFundings } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { FundPool } from "#features/courses/components/fund-pool.tsx";
import { FundingsTable } from "#features/courses/components/fundings-table.tsx";
import { AskForMyself, OwnRequests } from "#features/courses/components/own-requests.tsx";
import { PoolFacts } from "#features/courses/components/pool-facts.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { mayAct, orMissing, requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.money") };
}

/** The pool, what was given out of it and by whom, and what staff ask for themselves. */
export default async function MoneyPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "fund");
  const asked = Number((await searchParams).page);
  const page = Number.isInteger(asked) && asked > 0 ? asked : 1;
  const path = `/courses/${course.id}`;
  const [fundings, requests, translate] = await Promise.all([
    orMissing(listFundings(getDb(), actor, course.id, { page, pageSize: 50 })),
    orMissing(listOwnFundings(getDb(), actor, course.id)),
    getTranslations("courses"),
  ]);
  const isOpen = course.archivedAt === null && !course.hasEnded;
  return (
    <ClientMessages nouns={["courses", "users"]}>
      <CoursePage
        course={course}
        tab="money"
        actions={
          isOpen && (
            <>
              {mayAct(course, "askForOneself") && <AskForMyself courseId={course.id} />}
              {course.authority === "admin" && <FundPool courseId={course.id} />}
            </>
          )
        }
      >
        <PoolFacts course={course} />
        {requests.length > 0 && (
          <Section title={translate("requests")}>
            <OwnRequests courseId={course.id} requests={requests} />
          </Section>
        )}
        <Section title={translate("fundings")}>
          {fundings.total === 0 ? (
            <Empty action={isOpen && <ButtonLink href={path}>{translate("chooseMembers")}</ButtonLink>}>
              {translate("noFundings")}
            </Empty>
          ) : (
            <>
              <FundingsTable courseId={course.id} rows={fundings.rows} canUndo={course.archivedAt === null} />
              <Pagination {...fundings} href={(to) => `${path}/money?page=${to}`} />
            </>
          )}
        </Section>
      </CoursePage>
    </ClientMessages>
  );
}
