/** What somebody is in a course. Roles belong to a person and a course: who is TA in one may be a student in another. */
export const courseRoles = ["student", "ta", "instructor"] as const;
export type CourseRole = (typeof courseRoles)[number];

/** As whom somebody may act on a course; admins may in all of them. */
export type CourseAuthority = CourseRole | "admin";

const staff = ["ta", "instructor", "admin"] as const;
const leaders = ["instructor", "admin"] as const;

/** Who may do what. Pages, actions, queries and the command line all go by this table. */
export const courseMay = {
  /** That there is the course, its term, who teaches it. */
  visit: ["student", ...staff],
  /** Roster, balances, spending, imports and fundings; never prompts. */
  see: staff,
  /** Import and undo, activation codes, confirm a person, end somebody's membership. */
  roster: staff,
  /** Set, add, top up; undo. */
  fund: staff,
  /** Money for oneself, which somebody else has to grant. */
  askForOneself: ["ta", "instructor"],
  /** Settings, TAs, copy, archive. */
  lead: leaders,
  /** Name and remove instructors. */
  nameInstructors: ["admin"],
  /** Out of the pool to people who need not be members. */
  grantToAnybody: ["admin"],
} as const satisfies Record<string, readonly CourseAuthority[]>;

export type CourseAct = keyof typeof courseMay;
