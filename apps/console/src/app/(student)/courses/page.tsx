import { listOwnCourses } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { CoursesTable } from "#features/courses/components/courses-table.tsx";
import { CreateCourseButton } from "#features/courses/components/create-course-button.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireSession } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("title") };
}

/** Everybody's own courses; an admin's are all. */
export default async function CoursesPage() {
  const user = await requireSession();
  const [courses, translate] = await Promise.all([listOwnCourses(getDb(), user), getTranslations("courses")]);
  const isAdmin = user.role === "admin";
  return (
    <ClientMessages nouns={["courses"]}>
      <Page
        title={translate("title")}
        facts={courses.length > 0 && translate("count", { count: courses.length })}
        actions={isAdmin && <CreateCourseButton />}
      >
        {courses.length === 0 ? (
          <Empty>{translate(isAdmin ? "noneYet" : "noneOfYours")}</Empty>
        ) : (
          <CoursesTable courses={courses} />
        )}
      </Page>
    </ClientMessages>
  );
}
