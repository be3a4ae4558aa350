import { listAllOwnFundings, listOwnCourses, mayCreateCourses } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Section } from "#components/shell/page.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { CoursesTable } from "#features/courses/components/courses-table.tsx";
import { CreateCourseButton } from "#features/courses/components/create-course-button.tsx";
import { RequestList } from "#features/requests/components/request-list.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";
import { requireReader } from "#server/session.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("title") };
}

/** Everybody's own courses; an admin's and an auditor's are all. */
export default async function CoursesPage() {
  const user = await requireReader();
  const [courses, mayCreate, requests, translate] = await Promise.all([
    listOwnCourses(getDb(), user),
    mayCreateCourses(getDb(), user),
    listAllOwnFundings(getDb(), user),
    getTranslations("courses"),
  ]);
  return (
    <ClientMessages nouns={["courses", "requests"]}>
      <Page
        title={translate("title")}
        facts={courses.length > 0 && translate("count", { count: courses.length })}
        actions={mayCreate && <CreateCourseButton />}
      >
        {requests.length > 0 && (
          <div className="mb-8">
            <Section title={translate("tab.requests")} facts={translate("requestsOpen", { count: requests.length })}>
              <RequestList requests={requests} withCourse />
            </Section>
          </div>
        )}
        {courses.length === 0 ? (
          <Empty>{translate(user.role === "student" ? "noneOfYours" : "noneYet")}</Empty>
        ) : (
          <CoursesTable courses={courses} />
        )}
      </Page>
    </ClientMessages>
  );
}
