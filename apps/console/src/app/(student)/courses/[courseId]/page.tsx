import { getCourseUse, listCourseMembers } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ButtonLink } from "#components/ui/button.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { BulkBar } from "#features/courses/components/bulk-bar.tsx";
import { CourseNumbers } from "#features/courses/components/course-numbers.tsx";
import { CoursePage } from "#features/courses/components/course-page.tsx";
import { MemberFilters } from "#features/courses/components/member-filters.tsx";
import { MemberSheet } from "#features/courses/components/member-sheet.tsx";
import { MembersList, MembersTable } from "#features/courses/components/members-table.tsx";
import { SelectionProvider } from "#features/courses/components/selection.tsx";
import {
  filterOf,
  filterParams,
  LOW_NANOS,
  memberHref,
  readMemberView,
  type SearchParams,
} from "#features/courses/filter.ts";
import { orMissing, requireCourse } from "#features/courses/queries.ts";
import { ClientMessages } from "#i18n/client-messages.tsx";
import { getDb } from "#server/db.ts";

interface Props {
  params: Promise<{ courseId: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata(): Promise<Metadata> {
  const translate = await getTranslations("courses");
  return { title: translate("tab.members") };
}

/** The weekly view of whoever teaches: who uses the course's money, who never did, who has none left. Never what was asked. */
export default async function MembersPage({ params, searchParams }: Props) {
  const { actor, course } = await requireCourse((await params).courseId, "see");
  const view = readMemberView(await searchParams);
  const db = getDb();
  const [members, use, translate] = await Promise.all([
    orMissing(listCourseMembers(db, actor, course.id, filterOf(view))),
    orMissing(getCourseUse(db, actor, course.id, LOW_NANOS)),
    getTranslations("courses"),
  ]);
  // Who left gets nothing more, and nothing is given once the course is over.
  const isOpen = course.archivedAt === null && !course.hasEnded;
  const list = { courseId: course.id, rows: members.rows, view, canChoose: isOpen && view.who !== "left" };
  const { defaultAmountNanos } = course.settings;
  const funded = {
    id: course.id,
    availableNanos: course.numbers?.availableNanos ?? 0n,
    proposed: defaultAmountNanos === null ? "" : formatAmount(defaultAmountNanos),
  };
  const filter = filterParams(view);
  return (
    <ClientMessages nouns={["courses", "users"]}>
      <CoursePage
        course={course}
        tab="members"
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
            <BulkBar course={funded} total={members.total} view={filter} />
          </SelectionProvider>
        )}
      </CoursePage>
    </ClientMessages>
  );
}
