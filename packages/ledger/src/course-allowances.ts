import { type Actor, type CourseAccess, getSettings, lockCourse, type Tx, writeAudit } from "@lyceum/db";
import { type AllowanceMode, type AllowancePeriod, AppError, formatAmount, newId } from "@lyceum/domain";
import { lockAccounts } from "./locked-accounts.ts";
import { refusal, requireAmount, requireFuture, requireReason } from "./requirements.ts";

export type NewCourseAllowance = {
  readonly courseId: string;
  /** Null: all students of the course, those who join later too. */
  readonly memberIds: readonly string[] | null;
  readonly mode: AllowanceMode;
  /** For each; more than zero. */
  readonly amountNanos: bigint;
  readonly period: AllowancePeriod;
  /** The end of the course at the latest, which null means. */
  readonly endsAt: Date | null;
  readonly reason: string;
};

/** What a period brought. */
export type Drawn = {
  readonly outcome: "paid" | "missed" | "nothing" | "over";
  readonly fundingId: string | null;
  readonly people: number;
  readonly neededNanos: bigint;
  /** What the pool had before. */
  readonly availableNanos: bigint;
};

export type CourseAllowanceAdded = {
  readonly allowanceId: string;
  /** False: just this one was there already; only whoever joined since has been paid. */
  readonly isNew: boolean;
  readonly drawn: Drawn;
};

/**
 * Gives the students of a course money of it each day, week or month: for the current period at once, then at each beginning of one. Throws `not_found`,
 * `invalid_amount`, and `invalid_request` naming what the pool lacks for the first time, for staff among the members, and for a course that has ended.
 * Doing it again changes nothing.
 */
export async function addCourseAllowance(
  tx: Tx,
  actor: Actor,
  input: NewCourseAllowance,
): Promise<CourseAllowanceAdded> {
  return addAllowanceLocked(tx, actor, await lockCourse(tx, actor, input.courseId, "fund"), input);
}

/** As addCourseAllowance, under the course's lock. */
export async function addAllowanceLocked(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  input: Omit<NewCourseAllowance, "courseId">,
): Promise<CourseAllowanceAdded> {
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  requireFuture(input.endsAt);
  if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const memberIds = input.memberIds === null ? null : [...new Set(input.memberIds)].toSorted();
  if (memberIds !== null) await requireStudents(tx, course, memberIds);
  const { mode, amountNanos, period } = input;
  const endsAt = input.endsAt !== null && input.endsAt < course.endsAt ? input.endsAt : course.endsAt;
  const [same] = await tx.$queryRaw<{ id: string }[]>`select id from course_allowance
    where course_id = ${course.id}::uuid and next_at is not null and mode = ${mode}::allowance_mode and amount_nanos = ${amountNanos}::bigint
      and period = ${period}::cap_period and ends_at = ${endsAt}::timestamptz and member_ids is not distinct from ${memberIds}::uuid[] limit 1`;
  const allowanceId = same?.id ?? newId();
  if (same === undefined) {
    await tx.$executeRaw`insert into course_allowance (id, course_id, mode, amount_nanos, period, member_ids, reason, actor_id, actor_name, ends_at, next_at)
      values (${allowanceId}::uuid, ${course.id}::uuid, ${mode}::allowance_mode, ${amountNanos}::bigint, ${period}::cap_period, ${memberIds}::uuid[],
        ${reason}, ${actor.id}::uuid, ${actor.name}, ${endsAt}::timestamptz, clock_timestamp())`;
    await writeAudit(tx, actor, {
      action: "course.add-allowance",
      targetKind: "course",
      targetId: course.id,
      targetName: course.code,
      detail: {
        ...{ allowance: allowanceId, mode, amount: formatAmount(amountNanos), period, endsAt: endsAt.toISOString() },
        ...(memberIds === null ? {} : { people: memberIds.length }),
        reason,
      },
    });
  }
  const drawn = await draw(tx, allowanceId);
  if (drawn.outcome === "missed") throw lacks(drawn);
  return { allowanceId, isNew: same === undefined, drawn };
}

/**
 * Stops an allowance: it comes no more. What the last period brought stays until it ends. Throws `not_found`. Doing it again changes nothing.
 */
export async function stopCourseAllowance(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; allowanceId: string },
): Promise<{ stopped: boolean }> {
  const course = await lockCourse(tx, actor, input.courseId, "fund");
  const allowance = await tx.courseAllowance.findFirst({
    where: { id: input.allowanceId, courseId: course.id },
    select: { id: true, nextAt: true, mode: true, amountNanos: true, period: true, reason: true },
  });
  if (allowance === null) throw new AppError("not_found");
  if (allowance.nextAt === null) return { stopped: false };
  const { id, mode, amountNanos, period, reason } = allowance;
  await tx.$executeRaw`update course_allowance set next_at = null, stopped_at = clock_timestamp(), stopped_by = ${actor.id}::uuid where id = ${id}::uuid`;
  const accounts = await tx.$queryRaw<
    { id: string }[]
  >`select a.id from account a join course_member m on m.user_id = a.user_id
    where m.course_id = ${course.id}::uuid and m.state = 'active' and m.role = 'student'`;
  const accountIds = accounts.map((account) => account.id);
  await lockAccounts(tx, accountIds, { withPools: false });
  await tx.$executeRaw`select note_next_allowances(${accountIds}::uuid[])`;
  await writeAudit(tx, actor, {
    action: "course.stop-allowance",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: {
      allowance: id,
      mode: mode.replaceAll("_", "-"),
      amount: formatAmount(amountNanos),
      period,
      reason,
    },
  });
  return { stopped: true };
}

/** Only students receive: whoever teaches can't give it to himself or to a colleague. */
async function requireStudents(tx: Tx, course: CourseAccess, memberIds: readonly string[]): Promise<void> {
  const members = await tx.courseMember.findMany({
    where: { id: { in: [...memberIds] }, courseId: course.id, state: "active" },
    select: { role: true, name: true, studentId: true },
  });
  if (members.length < memberIds.length || members.length === 0) throw new AppError("not_found");
  const staff = members.find((member) => member.role !== "student");
  if (staff === undefined) return;
  throw refusal(
    `定期额度只发给学生，${staff.name} ${staff.studentId} 是教师或助教。`,
    `an allowance is for students only; ${staff.name} ${staff.studentId} teaches the course.`,
  );
}

async function draw(tx: Tx, allowanceId: string): Promise<Drawn> {
  const { timeZone } = await getSettings(tx);
  const [row] = await tx.$queryRaw<
    {
      drawn: {
        outcome: Drawn["outcome"];
        funding?: string | null;
        people?: number;
        needed?: string;
        available?: string;
      };
    }[]
  >`select draw_course_allowance(${allowanceId}::uuid, ${timeZone}) as drawn`;
  if (row === undefined) throw new Error("draw_course_allowance() answered no row");
  const { outcome, funding, people, needed, available } = row.drawn;
  return {
    outcome,
    fundingId: funding ?? null,
    people: people ?? 0,
    neededNanos: BigInt(needed ?? 0),
    availableNanos: BigInt(available ?? 0),
  };
}

function lacks({ people, neededNanos, availableNanos }: Drawn): AppError {
  const [need, has, lack] = [neededNanos, availableNanos, neededNanos - availableNanos].map(formatAmount);
  return refusal(
    `${people} 人这一期共需 ${need}，课程额度池可用 ${has}，还差 ${lack}，没有改动。`,
    `${people} people need ${need} for this period, the course's pool has ${has} and lacks ${lack}; nothing was changed.`,
  );
}
