import type { CourseDetail } from "@lyceum/db";
import type { CourseAct } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Page } from "#components/shell/page.tsx";
import { Badge, Dot } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import { TabLinks } from "#components/ui/tab-links.tsx";
import { CourseAnnouncements } from "#features/announcements/components/course-announcements.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { mayAct } from "../queries.ts";

/** The pages of a course, in order, and what somebody must be allowed to do there to see the tab. */
const tabs = [
  { name: "members", path: "", act: "see" },
  { name: "use", path: "/use", act: "see" },
  { name: "import", path: "/import", act: "roster" },
  { name: "money", path: "/money", act: "see" },
  { name: "requests", path: "/requests", act: "see" },
  { name: "vouchers", path: "/vouchers", act: "see" },
  { name: "simulate", path: "/simulate", act: "see" },
  { name: "statement", path: "/statement", act: "see" },
  { name: "announcements", path: "/announcements", act: "announce" },
  { name: "settings", path: "/settings", act: "lead" },
] as const satisfies {
  name: string;
  path: string;
  act: CourseAct;
}[];

export type CourseTab = (typeof tabs)[number]["name"];

/** The frame of every page of a course: its name and facts, and the tabs. It only draws; the page asks who is there. */
export async function CoursePage({
  course,
  tab,
  actions,
  sheet,
  children,
}: {
  course: CourseDetail;
  /** None on a student's page. */
  tab?: CourseTab;
  actions?: ReactNode;
  sheet?: ReactNode;
  children: ReactNode;
}) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const teachers = course.staff.filter((each) => each.role === "instructor").map((each) => each.name);
  const shown = tabs.filter(({ act }) => mayAct(course, act));
  const facts = (
    <>
      {course.code}
      {teachers.length > 0 && (
        <>
          <Dot />
          {translate("taughtBy", { names: teachers.join(translate("and")) })}
        </>
      )}
      <Dot />
      {translate(course.hasEnded ? "endedOn" : "endsOn", { date: format.date(course.endsAt) })}
      {course.archivedAt !== null && (
        <>
          {" "}
          <Badge>{translate("archived")}</Badge>
        </>
      )}
    </>
  );
  return (
    <Page title={course.name} facts={facts} actions={actions} sheet={sheet}>
      {shown.length > 0 && (
        <TabLinks label={translate("tabs")} current={tab}>
          {shown.map(({ name, path }) => (
            <Link key={name} href={`/courses/${course.id}${path}`} aria-current={name === tab ? "page" : undefined}>
              {translate(`tab.${name}`)}
              {name === "requests" && (course.numbers?.requests ?? 0) > 0 && (
                <>
                  {" "}
                  <Badge>{course.numbers?.requests}</Badge>
                </>
              )}
            </Link>
          ))}
        </TabLinks>
      )}
      {tab !== "announcements" && <CourseAnnouncements courseId={course.id} />}
      {children}
    </Page>
  );
}
