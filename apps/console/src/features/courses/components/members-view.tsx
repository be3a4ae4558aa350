import { type CourseDetail, getCourseUse, listCourseMembers, type SessionUser } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getFormat } from "#i18n/server-format.ts";
import { getDb } from "#server/db.ts";
import { filterOf, filterParams, LOW_NANOS, type MemberView, memberHref } from "../filter.ts";
import { mayAct, orMissing } from "../queries.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { CourseNumbers } from "./course-numbers.tsx";
import { CoursePage } from "./course-page.tsx";
import { MemberFilters } from "./member-filters.tsx";
import { MemberSheet } from "./member-sheet.tsx";
import { MembersList, MembersTable } from "./members-table.tsx";
import { SelectionProvider } from "./selection.tsx";

/** The weekly view of whoever teaches: who uses the course's money, who never did, who has none left. Never what was asked. */
export async function MembersView({
  actor,
  course,
  view,
}: {
  actor: SessionUser;
  course: CourseDetail;
  view: MemberView;
}) {
  const db = getDb();
  const [members, use, translate, format] = await Promise.all([
    orMissing(listCourseMembers(db, actor, course.id, filterOf(view))),
    orMissing(getCourseUse(db, actor, course.id, LOW_NANOS)),
    getTranslations("courses"),
    getFormat(),
  ]);
  // Who left gets nothing more, and nothing is given once the course is over, and an auditor only looks.
  const isOpen = course.archivedAt === null && !course.hasEnded && mayAct(course, "fund");
  const list = { courseId: course.id, rows: members.rows, view, canChoose: isOpen && view.who !== "left" };
  const { defaultAmountNanos } = course.settings;
  const funded = {
    id: course.id,
    availableNanos: course.numbers?.availableNanos ?? 0n,
    proposed: defaultAmountNanos === null ? "" : formatAmount(defaultAmountNanos),
    lastDay: format.isoDay(course.endsAt),
  };
  const filter = filterParams(view);
  return (
    <ClientMessages nouns={["courses", "users", "roster"]}>
      <CoursePage
        course={course}
        tab="members"
        actions={isOpen && <ButtonLink href={`/courses/${course.id}/balances`}>{translate("byFile")}</ButtonLink>}
        sheet={
          view.member && <MemberSheet actor={actor} course={{ ...funded, isOpen }} memberId={view.member} view={view} />
        }
      >
        <CourseNumbers course={course} use={use} view={view} />
        <MemberFilters courseId={course.id} view={view} sections={use.sections} />
        {members.total === 0 && Object.keys(filter).length === 0 ? (
          <Empty
            action={isOpen && <ButtonLink href={`/courses/${course.id}/import`}>{translate("tab.import")}</ButtonLink>}
          >
            {translate("emptyRoster")}
          </Empty>
        ) : members.total === 0 ? (
          <Empty action={<ButtonLink href={`/courses/${course.id}`}>{translate("showAll")}</ButtonLink>}>
            {translate("nobody")}
          </Empty>
        ) : (
          <SelectionProvider key={new URLSearchParams(filter).toString()}>
            <MembersTable {...list} />
            <MembersList {...list} />
            <Pagination {...members} href={(page) => memberHref(course.id, view, { page })} />
            <BulkBar course={{ ...funded, name: course.name }} total={members.total} view={filter} />
          </SelectionProvider>
        )}
      </CoursePage>
    </ClientMessages>
  );
}
