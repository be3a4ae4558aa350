import { type Actor, lockCourse, type Tx, writeAudit } from "@lyceum/db";
import { type AllowanceMode, AppError, formatAmount, newId } from "@lyceum/domain";
import { type Funded, fundLocked } from "./course-funding.ts";
import { refusal, requireAmount, requireReason } from "./requirements.ts";

/**
 * Staff of a course ask for money for themselves, which somebody else of the staff has to grant. One at a time. Throws `not_found`,
 * `invalid_amount`, `invalid_request`.
 */
export async function askOwnFunding(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; mode: Exclude<AllowanceMode, "set-to">; amountNanos: bigint; reason: string },
): Promise<{ requestId: string }> {
  const course = await lockCourse(tx, actor, input.courseId, "askForOneself");
  if (course.memberId === null || actor.id === null) throw new AppError("not_found");
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  const open = await tx.ownFunding.count({ where: { memberId: course.memberId, decidedAt: null } });
  if (open > 0) throw refusal("你已有一份申请等待批准。", "a request of yours is waiting already.");
  const { mode, amountNanos } = input;
  const request = { id: newId(), courseId: course.id, memberId: course.memberId, mode, amountNanos, reason };
  await tx.$executeRaw`insert into own_funding (id, course_id, member_id, mode, amount_nanos, reason, asked_by)
    values (${request.id}::uuid, ${course.id}::uuid, ${course.memberId}::uuid, ${mode}::allowance_mode, ${amountNanos}::bigint, ${reason}, ${actor.id}::uuid)`;
  await writeAudit(tx, actor, {
    action: "course.ask-own-funding",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: { request: request.id, mode, amount: formatAmount(amountNanos), reason },
  });
  return { requestId: request.id };
}

/**
 * The second person grants or refuses what somebody of the staff asked for. Throws `not_found` for one that is no more, and `invalid_request` for the
 * own, and as fundMembers does.
 */
export async function decideOwnFunding(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; requestId: string; grant: boolean },
): Promise<Funded | null> {
  const course = await lockCourse(tx, actor, input.courseId, "fund");
  const request = await tx.ownFunding.findFirst({
    where: { id: input.requestId, courseId: course.id, decidedAt: null },
    select: {
      ...{ id: true, memberId: true, amountNanos: true, reason: true, askedBy: true, mode: true },
      member: { select: { studentId: true, role: true, state: true } },
    },
  });
  if (request === null) throw new AppError("not_found");
  if (request.askedBy === actor.id) {
    throw refusal("自己的申请要由另一个人批准。", "somebody else has to decide about your own request.");
  }
  const { memberId, amountNanos, reason } = request;
  // Whoever left meanwhile is granted nothing: fundLocked() does not find the member.
  const mode = request.mode === "top_up_to" ? "top-up-to" : "add";
  const funded = input.grant
    ? await fundLocked(tx, actor, course, { memberIds: [memberId], mode, amountNanos, reason })
    : null;
  await tx.$executeRaw`update own_funding set decided_at = clock_timestamp(), decided_by = ${actor.id}::uuid,
    funding_id = ${funded?.fundingId ?? null}::uuid where id = ${request.id}::uuid`;
  await writeAudit(tx, actor, {
    action: input.grant ? "course.grant-own-funding" : "course.refuse-own-funding",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: {
      request: request.id,
      studentId: request.member.studentId,
      amount: formatAmount(amountNanos),
      reason,
    },
  });
  return funded;
}
