import { type Actor, type CourseAccess, courseStaffIds, lockCourse, type Tx, tellPeople, writeAudit } from "@lyceum/db";
import { type AllowanceMode, AppError, formatAmount, newId } from "@lyceum/domain";
import { type Funded, fundLocked } from "./course-funding.ts";
import { refusal, requireAmount, requireReason } from "./requirements.ts";

/**
 * A member of a course asks for money of it; somebody else, of the staff, decides. One at a time for each course. Its staff are told. Throws
 * `not_found`, `invalid_amount`, `invalid_request`.
 */
export async function askOwnFunding(
  tx: Tx,
  actor: Actor,
  input: {
    courseId: string;
    mode: Exclude<AllowanceMode, "set-to">;
    amountNanos: bigint;
    reason: string;
    /** When it is needed. */
    deadline?: Date | null | undefined;
  },
): Promise<{ requestId: string }> {
  const course = await lockCourse(tx, actor, input.courseId, "askForOneself");
  if (course.memberId === null || actor.id === null) throw new AppError("not_found");
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  const deadline = input.deadline ?? null;
  if (deadline !== null && !(deadline.getTime() > Date.now())) {
    throw refusal(
      "需要用的日期已经过去，请改成今天或以后。",
      "the day it is needed by has passed; choose today or later.",
    );
  }
  if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const open = await tx.ownFunding.count({ where: { memberId: course.memberId, decidedAt: null } });
  if (open > 0) throw refusal("你已有一份申请等待批准。", "a request of yours is waiting already.");
  const { mode, amountNanos } = input;
  const requestId = newId();
  await tx.$executeRaw`insert into own_funding (id, course_id, member_id, mode, amount_nanos, reason, asked_by, deadline)
    values (${requestId}::uuid, ${course.id}::uuid, ${course.memberId}::uuid, ${mode}::allowance_mode, ${amountNanos}::bigint, ${reason},
      ${actor.id}::uuid, ${deadline}::timestamptz)`;
  const amount = formatAmount(amountNanos);
  await audit(tx, actor, course, "course.ask-own-funding", { request: requestId, mode, amount, reason });
  const staff = await courseStaffIds(tx, course.id);
  await tellPeople(tx, {
    userIds: staff.filter((id) => id !== actor.id),
    kind: "course-ask",
    dedupeKey: `course-ask:${requestId}`,
    detail: { course: course.code, who: actor.name, amount, reason },
    href: requestHref(course.id, requestId),
  });
  return { requestId };
}

/** Where staff decide about a request: the page shows it with the button that grants it, and changes nothing by being opened. */
export function requestHref(courseId: string, requestId: string): string {
  return `/courses/${courseId}/requests?request=${requestId}`;
}

/** Whoever asked takes it back, while nobody has decided. Throws `not_found`. */
export async function withdrawOwnFunding(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; requestId: string },
): Promise<void> {
  const course = await lockCourse(tx, actor, input.courseId, "askForOneself");
  const withdrawn = await tx.$executeRaw`update own_funding set decided_at = clock_timestamp(), outcome = 'withdrawn'
    where id = ${input.requestId}::uuid and course_id = ${course.id}::uuid and asked_by = ${actor.id}::uuid and decided_at is null`;
  if (withdrawn === 0) throw new AppError("not_found");
  await audit(tx, actor, course, "course.withdraw-own-funding", { request: input.requestId });
}

export type Decision = {
  readonly courseId: string;
  readonly requestId: string;
  readonly grant: boolean;
  /** Another amount than what was asked for. */
  readonly amountNanos?: bigint | undefined;
  /** What the person is told with it; 1 to 200 characters. */
  readonly answer?: string | undefined;
};

/**
 * Staff grant or refuse what a member asked for: out of the pool, in the same transaction, and the person is told. Nobody decides about the own. Throws
 * `not_found` for one that is no more, and `invalid_request` for the own, for a top-up that would bring nothing, and as fundMembers does.
 */
export async function decideOwnFunding(tx: Tx, actor: Actor, input: Decision): Promise<Funded | null> {
  const course = await lockCourse(tx, actor, input.courseId, "fund");
  const request = await tx.ownFunding.findFirst({
    where: { id: input.requestId, courseId: course.id, decidedAt: null },
    select: {
      ...{ id: true, memberId: true, amountNanos: true, reason: true, askedBy: true, mode: true },
      member: { select: { studentId: true } },
    },
  });
  if (request === null) throw new AppError("not_found");
  if (request.askedBy === actor.id) {
    throw refusal("自己的申请要由另一个人批准。", "somebody else has to decide about your own request.");
  }
  const answer = input.answer === undefined ? null : requireReason(input.answer);
  const { memberId, reason } = request;
  const amountNanos = input.amountNanos ?? request.amountNanos;
  // Whoever left meanwhile is granted nothing: fundLocked() does not find the member.
  const mode = request.mode === "top_up_to" ? "top-up-to" : "add";
  const funded = input.grant
    ? await fundLocked(tx, actor, course, { memberIds: [memberId], mode, amountNanos, reason, isToldOtherwise: true })
    : null;
  if (funded?.fundingId === null) throw hasAsMuch(funded.members[0]?.beforeNanos ?? 0n);
  await tx.$executeRaw`update own_funding set decided_at = clock_timestamp(), decided_by = ${actor.id}::uuid, funding_id = ${funded?.fundingId ?? null}::uuid,
    outcome = ${input.grant ? "granted" : "refused"}, answer = ${answer} where id = ${request.id}::uuid`;
  // What a top-up brings is what was lacking.
  const amount = formatAmount(funded === null ? amountNanos : funded.grantedNanos + funded.waitingNanos);
  await audit(tx, actor, course, input.grant ? "course.grant-own-funding" : "course.refuse-own-funding", {
    ...{ request: request.id, studentId: request.member.studentId, amount, reason },
    ...(answer === null ? {} : { answer }),
  });
  await tellPeople(tx, {
    userIds: [request.askedBy],
    kind: "course-ask-decided",
    dedupeKey: `course-ask-decided:${request.id}`,
    detail: {
      course: course.code,
      amount,
      granted: input.grant,
      by: actor.name,
      ...(answer === null ? {} : { answer }),
    },
    href: "/balance",
  });
  return funded;
}

function hasAsMuch(nanos: bigint): AppError {
  const has = formatAmount(nanos);
  return refusal(
    `对方的本课程额度已有 ${has}，不少于所申请的，没有可发放的。请改批其他金额，或说明理由后不批准。`,
    `the member has ${has} of this course's money, no less than was asked for: grant another amount, or refuse and say why.`,
  );
}

function audit(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  action: string,
  detail: { [key: string]: string },
): Promise<void> {
  return writeAudit(tx, actor, {
    action,
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail,
  });
}
