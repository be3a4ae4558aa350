import type { AllowanceMode, AllowancePeriod } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { requireCourseRole } from "./course-roles.ts";

export type CourseAllowanceRow = {
  readonly id: string;
  readonly mode: AllowanceMode;
  readonly amountNanos: bigint;
  readonly period: AllowancePeriod;
  /** Null: whoever is a student of the course then. */
  readonly members: number | null;
  readonly reason: string;
  readonly actorName: string;
  readonly endsAt: Date;
  /** Null: stopped, or over. */
  readonly nextAt: Date | null;
  readonly stoppedAt: Date | null;
  /** The current period that the pool could not pay, all of it. */
  readonly missed: { readonly at: Date; readonly neededNanos: bigint; readonly hadNanos: bigint } | null;
};

/** The allowances of a course, those that go on first. Throws `not_found`. */
export async function listCourseAllowances(db: Db | Tx, actor: Actor, courseId: string): Promise<CourseAllowanceRow[]> {
  const course = await requireCourseRole(db, actor, courseId, "see");
  const rows = await db.$queryRaw<
    (Omit<CourseAllowanceRow, "missed"> & {
      missedAt: Date | null;
      neededNanos: bigint | null;
      hadNanos: bigint | null;
    })[]
  >`select id, mode::text as mode, amount_nanos as "amountNanos", period::text as period, cardinality(member_ids) as members, reason,
      actor_name as "actorName", ends_at as "endsAt", case when ends_at > clock_timestamp() then next_at end as "nextAt", stopped_at as "stoppedAt",
      missed_at as "missedAt", needed_nanos as "neededNanos", had_nanos as "hadNanos"
    from course_allowance where course_id = ${course.id}::uuid order by next_at is null, created_at desc, id desc limit 100`;
  return rows.map(({ missedAt, neededNanos, hadNanos, ...row }) => ({
    ...row,
    missed:
      row.nextAt === null || missedAt === null || neededNanos === null || hadNanos === null
        ? null
        : { at: missedAt, neededNanos, hadNanos },
  }));
}

export type ComingAllowance = {
  readonly id: string;
  readonly mode: AllowanceMode;
  readonly amountNanos: bigint;
  readonly nextAt: Date;
  /** The period that the course's pool could not pay yet: since then. */
  readonly failedAt: Date | null;
  /** The course. */
  readonly note: string;
};

/** What comes to a person by itself out of courses. */
export async function listComingAllowances(db: Db | Tx, userId: string): Promise<ComingAllowance[]> {
  return db.$queryRaw<
    ComingAllowance[]
  >`select a.id, a.mode::text as mode, a.amount_nanos as "amountNanos", a.next_at as "nextAt", a.missed_at as "failedAt", c.name as note
    from course_member m join course c on c.id = m.course_id join course_allowance a on a.course_id = c.id
    where m.user_id = ${userId}::uuid and m.state = 'active' and m.role = 'student' and c.ends_at > clock_timestamp() and a.next_at < a.ends_at
      and (a.member_ids is null or m.id = any(a.member_ids)) order by a.next_at, a.id`;
}

export type AdvanceOffer = {
  readonly courseId: string;
  readonly code: string;
  readonly name: string;
  readonly allowanceId: string;
  /** The most that can be taken now. */
  readonly amountNanos: bigint;
  /** When the period begins that it is taken from. */
  readonly periodAt: Date;
};

/**
 * What a person may take now of the next period of the courses' allowances: of each course once a period, at most what the course says and the
 * allowance brings, and only while the pool has it.
 */
export async function advanceOffers(db: Db | Tx, userId: string): Promise<AdvanceOffer[]> {
  return db.$queryRaw<
    AdvanceOffer[]
  >`select distinct on (c.id) c.id as "courseId", c.code, c.name, a.id as "allowanceId", least(c.advance_nanos, a.amount_nanos) as "amountNanos",
      a.next_at as "periodAt"
    from course_member m join course c on c.id = m.course_id join account p on p.course_id = c.id join course_allowance a on a.course_id = c.id
    where m.user_id = ${userId}::uuid and m.state = 'active' and m.role = 'student' and c.archived_at is null and c.ends_at > clock_timestamp()
      and c.advance_nanos is not null -- least() leaves nulls out
      and (a.member_ids is null or m.id = any(a.member_ids)) and a.next_at > clock_timestamp() and a.next_at < a.ends_at
      and not exists (select from course_advance o where o.member_id = m.id and o.period_at > clock_timestamp())
      and least(c.advance_nanos, a.amount_nanos) <= available_nanos(p.id)
    order by c.id, a.next_at, a.id`;
}
