import { listAnnouncements } from "@lyceum/db";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Empty } from "#components/ui/empty.tsx";
import { AnnounceButton } from "#features/announcements/components/announce-button.tsx";
import { AnnouncementList } from "#features/announcements/components/announcement-list.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { orMissing, requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("announcements");
  return { title: translate("title") };
}

/** What the staff of a course say to it. */
export default async function CourseAnnouncementsPage({ params }: { params: Promise<{ courseId: string }> }) {
  const { actor, course } = await requireCourse((await params).courseId, "announce");
  const [rows, translate] = await Promise.all([
    orMissing(listAnnouncements(getDb(), actor, { courseId: course.id })),
    getTranslations("announcements"),
  ]);
  const isOpen = course.archivedAt === null && !course.hasEnded;
  return (
    <ClientMessages nouns={["announcements"]}>
      <CoursePage course={course} tab="announcements" actions={isOpen && <AnnounceButton courseId={course.id} />}>
        {rows.length === 0 ? <Empty>{translate("none")}</Empty> : <AnnouncementList rows={rows} canChange={isOpen} />}
      </CoursePage>
    </ClientMessages>
  );
}
