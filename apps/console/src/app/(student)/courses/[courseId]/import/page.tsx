import { formatAmount } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { ActivationCodes } from "#features/courses/import/components/activation-codes.tsx";
import { ImportList } from "#features/courses/import/components/import-list.tsx";
import { RosterImport } from "#features/courses/import/components/roster-import.tsx";
import { getImportPage } from "#features/courses/import/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("roster");
  return { title: translate("title") };
}

export default async function RosterImportPage({ params }: { params: Promise<{ courseId: string }> }) {
  const [{ courseId }, translate] = await Promise.all([params, getTranslations("roster")]);
  const [{ course, imports, counts }, format] = await Promise.all([getImportPage(courseId), getFormat()]);
  const { defaultAmountNanos } = course.settings;
  return (
    <ClientMessages nouns={["roster", "courses"]}>
      <CoursePage course={course} tab="import">
        {course.archivedAt === null ? (
          <>
            <RosterImport
              courseId={courseId}
              proposed={defaultAmountNanos === null ? "" : formatAmount(defaultAmountNanos)}
              lastDay={format.isoDay(course.endsAt)}
            />
            {!course.hasEnded && (
              <Section title={translate("codes")}>
                <ActivationCodes courseId={courseId} courseName={course.name} counts={counts} />
              </Section>
            )}
          </>
        ) : (
          <Notice>{translate("archived")}</Notice>
        )}
        <Section title={translate("imports")} facts={translate("importsFacts")}>
          <ImportList courseId={courseId} imports={imports} />
        </Section>
      </CoursePage>
    </ClientMessages>
  );
}
