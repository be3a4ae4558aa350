import { type Actor, lockCourse, type Tx, writeAudit } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { lockAccounts } from "./locked-accounts.ts";
import { refusal, undoReason } from "./requirements.ts";

export type FundingUndone = {
  /** Back in the pool now. */
  readonly takenNanos: bigint;
  /** Had still waited, and is free again. */
  readonly releasedNanos: bigint;
  /** Held by running requests: what they leave goes back when they end. */
  readonly heldNanos: bigint;
  /** Spent, or taken earlier. */
  readonly goneNanos: bigint;
};

/**
 * Takes back by counter-entries what is left of what one funding gave, to everybody. What it took (set-to) stays taken. Throws `not_found`, and
 * `invalid_request` where it was undone before or nothing is left.
 */
export async function undoFunding(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; fundingId: string },
): Promise<FundingUndone> {
  const course = await lockCourse(tx, actor, input.courseId, "fund");
  const funding = await tx.courseFunding.findFirst({
    where: { id: input.fundingId, courseId: course.id },
    select: { id: true, reason: true, undoneAt: true },
  });
  if (funding === null) throw new AppError("not_found");
  if (funding.undoneAt !== null) throw refusal("这次发放已经撤销。", "this funding was undone already.");
  const credits = await tx.$queryRaw<
    { id: string; accountId: string }[]
  >`select distinct c.id, c.account_id as "accountId"
    from (select unnest(entry_ids) as id from course_funding where id = ${funding.id}::uuid
      union select unnest(entry_ids) from waiting_grant where funding_id = ${funding.id}::uuid) e
    join ledger_entry l on l.id = e.id join credit c on c.id = l.credit_id`;
  await lockAccounts(tx, [course.poolId, ...credits.map((credit) => credit.accountId)], { withPools: true });
  const reason = undoReason(funding.reason);
  const [sums] = await tx.$queryRaw<
    { taken: bigint; held: bigint; gone: bigint }[]
  >`select taken_nanos as taken, held_nanos as held, gone_nanos as gone
    from undo_grants(${credits.map((credit) => credit.id)}::uuid[], ${actor.id}::uuid, ${reason})`;
  const [closed] = await tx.$queryRaw<
    { freed: bigint }[]
  >`select close_waiting(array(select id from waiting_grant where funding_id = ${funding.id}::uuid and state = 'waiting'),
      'released', ${actor.id}::uuid) as freed`;
  const undone = {
    takenNanos: sums?.taken ?? 0n,
    releasedNanos: closed?.freed ?? 0n,
    heldNanos: sums?.held ?? 0n,
    goneNanos: sums?.gone ?? 0n,
  };
  if (undone.takenNanos + undone.releasedNanos + undone.heldNanos === 0n) {
    throw refusal(
      "这次发放的额度已用完、到期或收回。",
      "nothing is left of this funding: it is spent, over or was taken.",
    );
  }
  await tx.$executeRaw`update course_funding set undone_at = clock_timestamp(), undone_by = ${actor.id}::uuid where id = ${funding.id}::uuid`;
  await writeAudit(tx, actor, {
    action: "course.undo-funding",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: {
      funding: funding.id,
      people: new Set(credits.map((credit) => credit.accountId)).size,
      taken: formatAmount(undone.takenNanos),
      released: formatAmount(undone.releasedNanos),
      ...(undone.heldNanos > 0n ? { missing: formatAmount(undone.heldNanos) } : {}),
      ...(undone.goneNanos > 0n ? { gone: formatAmount(undone.goneNanos) } : {}),
      reason,
    },
  });
  return undone;
}
