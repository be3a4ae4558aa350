import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { BalancesFile } from "#features/courses/balances/components/balances-file.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("byFile") };
}

/** Members' money by a file of student IDs and amounts. */
export default async function BalancesPage({ params }: { params: Promise<{ courseId: string }> }) {
  const { course } = await requireCourse((await params).courseId, "fund");
  const translate = await getTranslations("courses");
  const isOpen = course.archivedAt === null && !course.hasEnded;
  return (
    <ClientMessages nouns={["courses", "roster"]}>
      <CoursePage course={course} tab="money">
        <h2 className="medium mb-3">{translate("byFile")}</h2>
        {isOpen ? <BalancesFile courseId={course.id} /> : <Notice>{translate("endedNoMoney")}</Notice>}
      </CoursePage>
    </ClientMessages>
  );
}
