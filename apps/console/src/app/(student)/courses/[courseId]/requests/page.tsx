import { listOwnFundings } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { PoolFacts } from "#features/courses/components/pool-facts.tsx";
import type { SearchParams } from "#features/courses/filter.ts";
import { mayAct, orMissing, requireCourse } from "#features/courses/queries.ts";
import { AskForm } from "#features/requests/components/ask-form.tsx";
import { DecidedTable } from "#features/requests/components/decided-table.tsx";
import { RequestList } from "#features/requests/components/request-list.tsx";
import { RequestOutcome } from "#features/requests/components/request-outcome.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat, getFormatSettings } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.requests") };
}

/** The inbox of whoever teaches: what members ask for. A link from a notice or a mail opens it at one of them, and changes nothing. */
export default async function RequestsPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const chosenId = [(await searchParams).request].flat()[0];
  const [open, decided, translate, format, { now }] = await Promise.all([
    orMissing(listOwnFundings(getDb(), actor, course.id)),
    orMissing(listOwnFundings(getDb(), actor, course.id, "decided")),
    getTranslations("requests"),
    getFormat(),
    getFormatSettings(),
  ]);
  const isOpen = course.archivedAt === null && !course.hasEnded;
  const asksForOneself = isOpen && mayAct(course, "askForOneself") && !open.some((request) => request.isOwn);
  const past = decided.find((request) => request.id === chosenId);
  return (
    <ClientMessages nouns={["requests", "courses"]}>
      <CoursePage
        course={course}
        tab="requests"
        actions={
          asksForOneself && (
            <AskForm
              courses={[{ id: course.id, name: course.name, amount: "" }]}
              reason=""
              firstDay={format.isoDay(now)}
              ofStaff
            />
          )
        }
      >
        {past && (
          <Notice className="mb-4">
            {translate("alreadyDecided", { name: past.name })} <RequestOutcome request={past} />
          </Notice>
        )}
        <PoolFacts course={course} />
        {open.length === 0 ? (
          <Empty>{translate("noneOpen")}</Empty>
        ) : (
          <RequestList requests={open} chosenId={chosenId} mayDecide={mayAct(course, "fund")} />
        )}
        {decided.length > 0 && (
          <Section title={translate("decided")}>
            <DecidedTable requests={decided} />
          </Section>
        )}
      </CoursePage>
    </ClientMessages>
  );
}
