import type { NoticeKind } from "@lyceum/domain";

const everybody: NoticeKind[] = [
  "balance-used",
  "cap-used",
  "key-ends",
  "key-leaked",
  "model-retires",
  "campus-linked",
  "announcement",
];
const members: NoticeKind[] = ["course-funded", "course-ask-decided"];
const staff: NoticeKind[] = ["course-ask", "course-allowance-missed", "course-advance", "course-id-taken-back"];

/** The kinds of notices that can concern somebody, in the order of their choices. */
export function kindsFor(person: { isAdmin: boolean; isInCourse: boolean; isStaff: boolean }): NoticeKind[] {
  return [
    ...everybody,
    ...(person.isInCourse ? members : []),
    ...(person.isStaff ? staff : []),
    ...(person.isAdmin ? (["model-lost"] as const) : []),
  ];
}
