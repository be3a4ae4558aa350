import {
  type Actor,
  applyRoster,
  lockCourse,
  type RosterApplied,
  type RosterInput,
  type RosterUndone,
  type Tx,
  undoRoster,
} from "@lyceum/db";
import { type AllowanceMode, type AllowancePeriod, AppError, parseStudentId } from "@lyceum/domain";
import { addAllowanceLocked, stopCourseAllowance } from "./course-allowances.ts";
import { fundLocked } from "./course-funding.ts";
import { undoFunding } from "./course-funding-undo.ts";
import { lockAccounts } from "./locked-accounts.ts";

/** What comes with a roster. */
export type RosterMoney = {
  /** once: to whoever the roster names; else an allowance for all students of the course. */
  readonly every: "once" | AllowancePeriod;
  readonly mode: AllowanceMode;
  /** For each. */
  readonly amountNanos: bigint;
  /** The end of the course at the latest, which null means. */
  readonly endsAt: Date | null;
  readonly reason: string;
};

export type MoneyGiven = {
  /** Null: nobody was to get anything. */
  readonly fundingId: string | null;
  readonly allowanceId: string | null;
  readonly people: number;
  /** Out of the pool, what waits for a proof too. */
  readonly givenNanos: bigint;
};

/**
 * Brings a course's students to a roster and gives them money, both or neither. The same again changes nothing, but that `add` once adds once more. Throws what `applyRoster`, `fundMembers` and
 * `addCourseAllowance` throw.
 */
export async function applyRosterWithMoney(
  tx: Tx,
  actor: Actor,
  roster: RosterInput,
  money: RosterMoney,
): Promise<RosterApplied & { money: MoneyGiven }> {
  const course = await lockCourse(tx, actor, roster.courseId, "fund");
  const studentIds = roster.rows.map((row) => asKept(row.studentId));
  // All of them at once and in order, before the roster locks the pool.
  const accounts = await tx.$queryRaw<{ id: string }[]>`select a.id from account a join app_user u on u.id = a.user_id
    where u.student_id = any(${studentIds}::text[])
      or u.id in (select user_id from course_member where course_id = ${course.id}::uuid and state = 'active' and user_id is not null)`;
  await lockAccounts(tx, [course.poolId, ...accounts.map((account) => account.id)], { withPools: false });
  const applied = await applyRoster(tx, actor, roster);
  const given = money.every === "once" ? await giveOnce() : await giveRegularly(money.every);
  if (applied.importId !== null) {
    await tx.$executeRaw`update roster_import set funding_id = ${given.fundingId}::uuid, allowance_id = ${given.allowanceId}::uuid
      where id = ${applied.importId}::uuid`;
  }
  return { ...applied, money: given };

  async function giveOnce(): Promise<MoneyGiven> {
    const where = { courseId: course.id, studentId: { in: studentIds }, state: "active", role: "student" } as const;
    const members = await tx.courseMember.findMany({ where, select: { id: true } });
    if (members.length === 0) return { fundingId: null, allowanceId: null, people: 0, givenNanos: 0n };
    const memberIds = members.map((member) => member.id);
    const funded = await fundLocked(tx, actor, course, { ...money, memberIds });
    const people = funded.members.filter((each) => each.afterNanos > each.beforeNanos).length;
    const givenNanos = funded.grantedNanos + funded.waitingNanos;
    return { fundingId: funded.fundingId, allowanceId: null, people, givenNanos };
  }

  async function giveRegularly(period: AllowancePeriod): Promise<MoneyGiven> {
    const added = await addAllowanceLocked(tx, actor, course, { ...money, period, memberIds: null });
    const { fundingId, people, neededNanos } = added.drawn;
    // An allowance that was there before is not this import's to be stopped.
    return { fundingId, allowanceId: added.isNew ? added.allowanceId : null, people, givenNanos: neededNanos };
  }
}

/**
 * Takes an import back, with the money that came with it: what is left of that returns to the pool, and its allowance comes no more. Throws what
 * `undoRoster` throws.
 */
export async function undoRosterWithMoney(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; importId: string },
): Promise<RosterUndone & { returnedNanos: bigint }> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  const found = await tx.rosterImport.findFirst({
    where: { id: input.importId, courseId: course.id },
    select: { fundingId: true, allowanceId: true, undoneAt: true },
  });
  if (found === null) throw new AppError("not_found");
  const isUndone = found.undoneAt !== null;
  const { fundingId, allowanceId } = isUndone ? { fundingId: null, allowanceId: null } : found;
  // All of them at once and in order, as in giving.
  const accounts = await tx.$queryRaw<
    { id: string }[]
  >`select a.id from account a join course_member m on m.user_id = a.user_id
    where m.course_id = ${course.id}::uuid`;
  await lockAccounts(tx, [course.poolId, ...accounts.map((account) => account.id)], { withPools: true });
  if (allowanceId !== null) await stopCourseAllowance(tx, actor, { courseId: course.id, allowanceId });
  const fundings = await tx.courseFunding.findMany({
    where: {
      courseId: course.id,
      undoneAt: null,
      OR: [{ id: { in: fundingId === null ? [] : [fundingId] } }, ...(allowanceId === null ? [] : [{ allowanceId }])],
    },
    select: { id: true },
  });
  let returnedNanos = 0n;
  for (const funding of fundings) returnedNanos += await takeBack(funding.id);
  return { ...(await undoRoster(tx, actor, input)), returnedNanos };

  /** What is spent, over or was taken stays so, and is no reason not to undo the rest. */
  async function takeBack(id: string): Promise<bigint> {
    try {
      const undone = await undoFunding(tx, actor, { courseId: course.id, fundingId: id });
      return undone.takenNanos + undone.releasedNanos;
    } catch (error) {
      if (error instanceof AppError && error.code === "invalid_request") return 0n;
      throw error;
    }
  }
}

/** As the roster will keep it; one that can't be kept is left for applyRoster to refuse, with its row. */
function asKept(studentId: string): string {
  try {
    return parseStudentId(studentId);
  } catch (error) {
    if (error instanceof AppError) return studentId;
    throw error;
  }
}
