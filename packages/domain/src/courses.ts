/** What somebody is in a course. Roles belong to a person and a course: who is TA in one may be a student in another. */
export const courseRoles = ["student", "ta", "instructor"] as const;
export type CourseRole = (typeof courseRoles)[number];

/** As whom somebody stands before a course; admins may act in all of them, auditors only look. */
export type CourseAuthority = CourseRole | "admin" | "auditor";

const staff = ["ta", "instructor", "admin"] as const;
const leaders = ["instructor", "admin"] as const;
const readers = [...staff, "auditor"] as const;

/** Who may do what. Pages, actions, queries and the command line all go by this table. */
export const courseMay = {
  /** That there is the course, its term, who teaches it. */
  visit: ["student", ...readers],
  /** Roster, balances, spending, imports and fundings; never prompts. */
  see: readers,
  /** Import and undo, activation codes, confirm a person, end somebody's membership. */
  roster: staff,
  /** Set, add, top up; undo. */
  fund: staff,
  /** Money for oneself, which somebody else has to grant. */
  askForOneself: ["student", "ta", "instructor"],
  /** Say something to the whole course. */
  announce: staff,
  /** Some of the next period's allowance now. */
  takeAdvance: ["student"],
  /** Settings, TAs, copy, archive. */
  lead: leaders,
  /** Which groups it opens to its members; who leads it only chooses models of theirs. */
  openGroups: ["admin"],
  /** Name and remove instructors. */
  nameInstructors: ["admin"],
  /** Out of the pool to people who need not be members. */
  grantToAnybody: ["admin"],
} as const satisfies Record<string, readonly CourseAuthority[]>;

export type CourseAct = keyof typeof courseMay;
