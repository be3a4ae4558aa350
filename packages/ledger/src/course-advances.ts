import {
  type Actor,
  advanceOffers,
  courseStaffIds,
  getSettings,
  lockCourse,
  type Tx,
  tellPeople,
  writeAudit,
} from "@lyceum/db";
import { AppError, formatAmount, newId } from "@lyceum/domain";
import { poolLacks } from "./courses.ts";
import { lockAccounts } from "./locked-accounts.ts";
import { refusal } from "./requirements.ts";

export type Advance = { readonly amountNanos: bigint; readonly fundingId: string; readonly periodAt: Date };

/**
 * A student takes some of the next period of a course's allowance now, out of the pool, once a period; it comes off the next draw, and staff are told. Throws
 * `not_found`, `invalid_amount`, and `invalid_request` where nothing is offered (any more). `periodAt`: from which period the student was offered it; where
 * that has begun meanwhile, nothing is taken from the one after it.
 */
export async function takeAdvance(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; amountNanos?: bigint | undefined; periodAt?: Date | undefined },
): Promise<Advance> {
  const course = await lockCourse(tx, actor, input.courseId, "takeAdvance");
  if (actor.id === null || course.memberId === null) throw new AppError("not_found");
  const account = await tx.account.findUniqueOrThrow({ where: { userId: actor.id }, select: { id: true } });
  await lockAccounts(tx, [course.poolId, account.id], { withPools: false });
  const offer = (await advanceOffers(tx, actor.id)).find((each) => each.courseId === course.id);
  if (offer === undefined) {
    throw refusal("现在没有可以预支的额度。", "there is nothing to be taken in advance now.");
  }
  if (input.periodAt !== undefined && input.periodAt.getTime() !== offer.periodAt.getTime()) {
    throw refusal(
      "所显示的那一期已经开始，没有再预支。请刷新页面，看现在的余额与可预支的额度。",
      "the period that was shown has begun, and nothing more was taken. Load the page again: it shows the balance and what is offered now.",
    );
  }
  const amountNanos = input.amountNanos ?? offer.amountNanos;
  if (amountNanos < 1n || amountNanos > offer.amountNanos) {
    throw new AppError("invalid_amount", { parameters: { maximum: formatAmount(offer.amountNanos) } });
  }
  const [advanceId, fundingId] = [newId(), newId()];
  const reason = "预支下一期额度 Advance on the next period";
  const member = await tx.courseMember.findUniqueOrThrow({
    where: { id: course.memberId },
    select: { studentId: true, name: true },
  });
  const { timeZone } = await getSettings(tx);
  // It ends as what it is taken from will end.
  const [granted] = await tx.$queryRaw<{ missing: bigint; entries: string[] }[]>`select g.missing, g.entries
    from course_allowance a cross join lateral cap_period_bounds(a.period, a.next_at, ${timeZone}) b
      cross join lateral grant_from_pool(${course.poolId}::uuid, ${account.id}::uuid, 'course-grant', ${amountNanos}::bigint,
        case when a.mode = 'add' then a.ends_at else least(b.ends, a.ends_at) end, ${actor.id}::uuid, ${reason}) g
    where a.id = ${offer.allowanceId}::uuid`;
  if (granted === undefined) throw new AppError("not_found");
  if (granted.missing > 0n) throw poolLacks(granted.missing);
  await tx.$executeRaw`insert into course_funding (id, course_id, actor_id, actor_name, mode, amount_nanos, reason, people, granted_nanos, waiting_nanos,
      taken_nanos, entry_ids, allowance_id)
    values (${fundingId}::uuid, ${course.id}::uuid, ${actor.id}::uuid, ${actor.name}, 'add', ${amountNanos}::bigint, ${reason}, 1, ${amountNanos}::bigint, 0, 0,
      ${granted.entries}::uuid[], ${offer.allowanceId}::uuid)`;
  await tx.$executeRaw`insert into course_advance (id, course_id, allowance_id, member_id, funding_id, period_at, amount_nanos)
    values (${advanceId}::uuid, ${course.id}::uuid, ${offer.allowanceId}::uuid, ${course.memberId}::uuid, ${fundingId}::uuid, ${offer.periodAt}::timestamptz,
      ${amountNanos}::bigint)`;
  await writeAudit(tx, actor, {
    action: "course.advance",
    targetKind: "course-member",
    targetId: course.memberId,
    targetName: member.studentId,
    detail: {
      ...{ course: course.code, funding: fundingId, amount: formatAmount(amountNanos) },
      ...{ from: offer.periodAt.toISOString() },
    },
  });
  await tellPeople(tx, {
    userIds: await courseStaffIds(tx, course.id),
    kind: "course-advance",
    dedupeKey: `course-advance/${advanceId}`,
    detail: { course: course.code, who: `${member.name} ${member.studentId}`, amount: formatAmount(amountNanos) },
    href: `/courses/${course.id}/money`,
  });
  return { amountNanos, fundingId, periodAt: offer.periodAt };
}
