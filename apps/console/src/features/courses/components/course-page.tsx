import type { CourseDetail } from "@lyceum/db";
import type { CourseAct } from "@lyceum/domain";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Page } from "#components/shell/page.tsx";
import { Badge, Dot } from "#components/ui/badge.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { mayAct } from "../queries.ts";

/** The pages of a course, in order, and what somebody must be allowed to do there to see the tab. */
const tabs = [
  { name: "members", path: "", act: "see" },
  { name: "import", path: "/import", act: "roster" },
  { name: "money", path: "/money", act: "fund" },
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
  tab: CourseTab;
  actions?: ReactNode;
  sheet?: ReactNode;
  children: ReactNode;
}) {
  const [translate, format] = await Promise.all([getTranslations("courses"), getFormat()]);
  const teachers = course.staff.filter((each) => each.role === "instructor").map((each) => each.name);
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
      <nav className="tabs mb-4" aria-label={translate("tabs")}>
        {tabs
          .filter(({ act }) => mayAct(course, act))
          .map(({ name, path }) => (
            <Link key={name} href={`/courses/${course.id}${path}`} aria-current={name === tab ? "page" : undefined}>
              {translate(`tab.${name}`)}
            </Link>
          ))}
      </nav>
      {children}
    </Page>
  );
}
