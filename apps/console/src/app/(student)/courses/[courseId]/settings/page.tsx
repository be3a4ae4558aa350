import { listGroups, listModels } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Section } from "#components/shell/page.tsx";
import { ArchiveCourse, CopyCourse } from "#features/courses/components/course-end.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { SettingsForm } from "#features/courses/components/settings-form.tsx";
import { AddStaff, StaffList } from "#features/courses/components/staff-list.tsx";
import { mayAct, requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.settings") };
}

/** For instructors and admins: term, models, staff, and the end of the course. */
export default async function CourseSettingsPage({ params }: { params: Promise<{ courseId: string }> }) {
  const { course } = await requireCourse((await params).courseId, "lead");
  const [models, groups, translate, format] = await Promise.all([
    listModels(getDb()),
    listGroups(getDb()),
    getTranslations("courses"),
    getFormat(),
  ]);
  const { settings } = course;
  const isArchived = course.archivedAt !== null;
  const mayNameInstructors = mayAct(course, "nameInstructors");
  const mayOpenGroups = mayAct(course, "openGroups");
  // Those the course names and nobody offers any more stay to be seen, and taken off.
  const names = [
    ...new Set([...models.filter((model) => model.removedAt === null).map((model) => model.name), ...settings.models]),
  ].sort();
  return (
    <ClientMessages nouns={["courses"]}>
      <CoursePage
        course={course}
        tab="settings"
        actions={
          <>
            <CopyCourse courseId={course.id} name={course.name} />
            {course.hasEnded && !isArchived && <ArchiveCourse courseId={course.id} />}
          </>
        }
      >
        <Section
          title={translate("staff")}
          end={!isArchived && <AddStaff courseId={course.id} mayNameInstructors={mayNameInstructors} />}
        >
          <StaffList
            courseId={course.id}
            staff={course.staff}
            mayNameInstructors={mayNameInstructors}
            canChange={!isArchived}
          />
        </Section>
        {!isArchived && (
          <Section title={translate("about")}>
            <SettingsForm
              key={JSON.stringify([settings.name, course.endsAt])}
              courseId={course.id}
              hasEnded={course.hasEnded}
              values={{
                name: settings.name,
                firstDay: settings.startsAt ? format.isoDay(settings.startsAt) : "",
                lastDay: format.isoDay(course.endsAt),
                models: settings.models,
                groupIds: settings.groupIds,
                defaultAmount: settings.defaultAmountNanos === null ? "" : formatAmount(settings.defaultAmountNanos),
                advance: settings.advanceNanos === null ? "" : formatAmount(settings.advanceNanos),
              }}
              models={names}
              // Whoever opens none sees those of the course only, and is sent no others.
              groups={groups
                .filter(({ id }) => mayOpenGroups || settings.groupIds.includes(id))
                .map(({ id, name }) => ({ id, name }))}
              mayOpenGroups={mayOpenGroups}
            />
          </Section>
        )}
      </CoursePage>
    </ClientMessages>
  );
}
