import { listCourseAnnouncements } from "@lyceum/db";
import { getTranslations } from "next-intl/server";
import { getDb } from "#server/db.ts";
import { requireReader } from "#server/session.ts";
import { AnnouncementNotice } from "./announcement-notice.tsx";

/** What is announced to a course now, for its pages: put away or not, since here one comes to look. */
export async function CourseAnnouncements({ courseId }: { courseId: string }) {
  const user = await requireReader();
  const [all, translate] = await Promise.all([
    listCourseAnnouncements(getDb(), user, courseId),
    getTranslations("announcements"),
  ]);
  if (all.length === 0) return null;
  return (
    <section className="stack mb-5 gap-2" aria-label={translate("ofCourse")}>
      {all.map((each) => (
        <AnnouncementNotice key={each.id} announcement={each} canDismiss={false} />
      ))}
    </section>
  );
}
