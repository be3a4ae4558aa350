import { AppError } from "@lyceum/domain";
import type { EntryRow } from "./accounts.ts";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import type { MemberFacts } from "./course-member-changes.ts";
import { type CourseMemberRow, membersOf } from "./course-members.ts";
import { requireCourseRole } from "./course-roles.ts";

export type CourseUse = {
  readonly students: number;
  /** Used this course's money in the last seven days. */
  readonly active: number;
  readonly unused: number;
  /** Less than `lowNanos` of this course's money left. */
  readonly low: number;
  readonly spentNanos: bigint;
  /** At hand of the students, or waiting for them. */
  readonly leftNanos: bigint;
  readonly sections: readonly string[];
};

/** How the students of a course use its money. Throws `not_found`. */
export async function getCourseUse(db: Db | Tx, actor: Actor, courseId: string, lowNanos: bigint): Promise<CourseUse> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const [use] = await db.$queryRaw<CourseUse[]>`with m as (${membersOf(course.id, course.poolId)})
    select count(*)::int as students,
      (count(*) filter (where "lastUsedAt" > clock_timestamp() - interval '7 days'))::int as active,
      (count(*) filter (where "lastUsedAt" is null))::int as unused,
      (count(*) filter (where "balanceNanos" + "waitingNanos" < ${lowNanos.toString()}::bigint))::int as low,
      coalesce(sum("spentNanos"), 0)::bigint as "spentNanos", coalesce(sum("balanceNanos" + "waitingNanos"), 0)::bigint as "leftNanos",
      array(select distinct s.section from m s where s.section <> '' and s.state = 'active' and s.role = 'student' order by 1) as sections
    from m where state = 'active' and role = 'student'`;
  if (use === undefined) throw new AppError("not_found");
  return use;
}

export type MemberNote = {
  readonly id: string;
  readonly at: Date;
  /** Null: the system, or the command line. */
  readonly actorName: string | null;
  readonly kind: "joined" | "changed" | "left" | "back" | "role" | "undone" | "proven";
  readonly after: MemberFacts;
};

export type MemberMoney = {
  readonly id: string;
  readonly at: Date;
  readonly actorName: string | null;
  readonly kind: EntryRow["kind"];
  readonly amountNanos: bigint;
  readonly reason: string;
};

export type CourseMemberDetail = {
  readonly member: CourseMemberRow;
  /** What the course noted about the member, newest first. */
  readonly notes: readonly MemberNote[];
  /** What was given out of the course's pool and went back, newest first; what requests cost is not among it. */
  readonly money: readonly MemberMoney[];
};

const LINES = 20;

/** One member, with the last of what happened. Throws `not_found`. */
export async function getCourseMember(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  memberId: string,
): Promise<CourseMemberDetail> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const [member] = await db.$queryRaw<CourseMemberRow[]>`${membersOf(course.id, course.poolId, memberId)}`;
  if (member === undefined) throw new AppError("not_found");
  const notes = await db.$queryRaw<
    MemberNote[]
  >`select h.id, h.at, u.name as "actorName", h.kind, h.after from course_member_change h left join app_user u on u.id = h.actor_id
    where h.course_id = ${course.id}::uuid and h.member_id = ${member.id}::uuid order by h.at desc, h.id desc limit ${LINES}`;
  const money = await db.$queryRaw<
    MemberMoney[]
  >`select e.id, e.created_at as at, u.name as "actorName", e.kind::text as kind, e.amount_nanos as "amountNanos", e.reason
    from course_member m join account a on a.user_id = m.user_id join credit c on c.account_id = a.id and c.pool_id = ${course.poolId}::uuid
      join ledger_entry e on e.credit_id = c.id left join app_user u on u.id = e.actor_id
    where m.id = ${member.id}::uuid and e.requests = 0 order by e.created_at desc, e.id desc limit ${LINES}`;
  return { member, notes, money };
}
