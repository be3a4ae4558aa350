import type { AllowanceMode, CourseRole } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";
import { Prisma } from "./generated/client.ts";

export type OwnFundingRow = {
  readonly id: string;
  readonly courseId: string;
  readonly courseCode: string;
  readonly courseName: string;
  readonly askedAt: Date;
  readonly memberId: string;
  readonly studentId: string;
  readonly name: string;
  readonly role: CourseRole;
  readonly mode: Exclude<AllowanceMode, "set-to">;
  readonly amountNanos: bigint;
  readonly reason: string;
  /** When it is needed. */
  readonly deadline: Date | null;
  /** What the person has left of this course's money. */
  readonly hasNanos: bigint;
  /** What the person spent of it in the last seven days. */
  readonly spentNanos: bigint;
  /** The actor may not decide about his own. */
  readonly isOwn: boolean;
  /** Null: it waits. */
  readonly outcome: "granted" | "refused" | "withdrawn" | null;
  readonly decidedAt: Date | null;
  /** Who decided; null: the command line, or nobody. */
  readonly decidedBy: string | null;
  readonly answer: string | null;
  /** What it brought, at that moment; null: nothing. */
  readonly grantedNanos: bigint | null;
  /** The funding was undone since. */
  readonly isUndone: boolean;
};

/** What members of a course ask for: what waits, oldest first, or the last fifty that were decided. Throws `not_found`. */
export async function listOwnFundings(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
  state: "open" | "decided" = "open",
): Promise<OwnFundingRow[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const where =
    state === "open"
      ? Prisma.sql`o.decided_at is null and m.state = 'active' order by o.asked_at, o.id`
      : Prisma.sql`o.decided_at is not null order by o.decided_at desc, o.id desc limit 50`;
  return db.$queryRaw<OwnFundingRow[]>`${requests(actor)} where o.course_id = ${course.id}::uuid and ${where}`;
}

/** What waits in all courses that the actor teaches, or an admin sees, and that have not ended; what is needed first comes first. */
export async function listAllOwnFundings(db: Db | Tx, actor: Actor): Promise<OwnFundingRow[]> {
  return db.$queryRaw<
    OwnFundingRow[]
  >`${requests(actor)} where o.decided_at is null and m.state = 'active' and c.archived_at is null and c.ends_at > clock_timestamp()
      and (${actor.id}::uuid is null or exists (select from app_user u where u.id = ${actor.id}::uuid and u.disabled_at is null and (u.role = 'admin'
        or exists (select from course_member s where s.course_id = c.id and s.user_id = u.id and s.state = 'active' and s.role <> 'student'))))
    order by o.deadline nulls last, o.asked_at, o.id limit 200`;
}

/** A course that a person may ask for money, and what became of what was asked there. */
export type AskableCourse = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  /** What its staff propose for each member. */
  readonly proposedNanos: bigint | null;
};

/** The courses of which somebody is a student, and which go on. */
export async function listAskableCourses(db: Db | Tx, actor: Actor): Promise<AskableCourse[]> {
  return db.$queryRaw<
    AskableCourse[]
  >`select c.id, c.code, c.name, c.default_amount_nanos as "proposedNanos" from course_member m join course c on c.id = m.course_id
    where m.user_id = ${actor.id}::uuid and m.state = 'active' and m.role = 'student' and c.archived_at is null and c.ends_at > clock_timestamp()
    order by c.ends_at, c.code`;
}

/** What somebody asked for, the last first: what waits, and what was decided in the last thirty days. */
export async function listMyRequests(db: Db | Tx, actor: Actor): Promise<OwnFundingRow[]> {
  return db.$queryRaw<OwnFundingRow[]>`${requests(actor)} where m.user_id = ${actor.id}::uuid and m.state = 'active'
    and (o.decided_at is null or o.decided_at > clock_timestamp() - interval '30 days') order by o.asked_at desc, o.id desc limit 20`;
}

/** What used most of somebody's money lately: the key, how many requests, and its share. */
export type TopUse = { readonly key: string; readonly requests: number; readonly percent: number };

/** The key that spent most in the last seven days; null where nothing was spent. */
export async function findTopUse(db: Db | Tx, userId: string): Promise<TopUse | null> {
  const [row] = await db.$queryRaw<
    TopUse[]
  >`select coalesce(k.name, '') as key, sum(r.requests)::int as requests, round(100 * sum(r.charge_nanos) / sum(sum(r.charge_nanos)) over ())::int as percent
    from usage_rollup r join account a on a.id = r.account_id left join virtual_key k on k.id = r.key_id
    where a.user_id = ${userId}::uuid and r.hour > clock_timestamp() - interval '7 days' group by k.id, k.name
    having sum(r.charge_nanos) > 0 order by sum(r.charge_nanos) desc, k.id limit 1`;
  return row ?? null;
}

function requests(actor: Actor): Prisma.Sql {
  return Prisma.sql`select o.id, c.id as "courseId", c.code as "courseCode", c.name as "courseName", o.asked_at as "askedAt", m.id as "memberId",
      m.student_id as "studentId", m.name, m.role::text as role, o.mode::text as mode, o.amount_nanos as "amountNanos", o.reason, o.deadline,
      coalesce((select sum(d.remaining_nanos) from credit d where d.account_id = a.id and d.pool_id = p.id and d.is_open
        and (d.ends_at is null or d.ends_at > clock_timestamp())), 0)::bigint as "hasNanos",
      coalesce((select sum(r.charge_nanos) from usage_rollup r where r.account_id = a.id and r.pool_id = p.id
        and r.hour > clock_timestamp() - interval '7 days'), 0)::bigint as "spentNanos",
      o.asked_by is not distinct from ${actor.id}::uuid as "isOwn", o.outcome, o.decided_at as "decidedAt", u.name as "decidedBy", o.answer,
      f.granted_nanos + f.waiting_nanos as "grantedNanos", f.undone_at is not null as "isUndone"
    from own_funding o join course_member m on m.id = o.member_id join course c on c.id = o.course_id join account p on p.course_id = c.id
      left join account a on a.user_id = m.user_id left join app_user u on u.id = o.decided_by left join course_funding f on f.id = o.funding_id`;
}
