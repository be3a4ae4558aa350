import { type Actor, type Tx, writeAudit } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { refusal, requireReason, undoReason } from "./requirements.ts";

export type Undone = {
  readonly accountId: string;
  /** The person's student ID or the course's code. */
  readonly name: string;
  /** Taken back now; a course's money is in its pool again. */
  readonly takenNanos: bigint;
  /**
   * Held by running requests: what they leave is taken back when they end. In a course's pool: set aside for people whose ID is not proven;
   * it can be undone when nobody waits for it any more.
   */
  readonly heldNanos: bigint;
  /** Spent, or taken earlier. */
  readonly goneNanos: bigint;
  readonly afterNanos: bigint;
};

type Entry = { accountId: string; creditId: string; kind: string; amountNanos: bigint; reason: string; name: string };

/**
 * Undoes a top-up, voucher or grant by a counter-entry: takes back what is left of it and nobody has reserved, and ends it, so that what running
 * requests leave of it, or a refund, goes the same way. Throws `not_found`, and `invalid_request` where it can't be undone.
 */
export async function undoEntry(
  tx: Tx,
  actor: Actor,
  input: { entryId: string /** What it undoes, if left out. */; reason?: string | undefined },
): Promise<Undone> {
  const [entry] = await tx.$queryRaw<
    Entry[]
  >`select l.account_id as "accountId", l.credit_id as "creditId", l.kind::text as kind, l.amount_nanos as "amountNanos", l.reason,
      coalesce(u.student_id, c.code, '') as name
    from ledger_entry l join account a on a.id = l.account_id left join app_user u on u.id = a.user_id left join course c on c.id = a.course_id
    where l.id = ${input.entryId}::uuid`;
  if (entry === undefined) throw new AppError("not_found");
  if (!["top-up", "grant"].includes(entry.kind) || entry.amountNanos <= 0n) {
    throw refusal("只能撤销充值与发放的入账。", "only entries of top-ups and grants that were received can be undone.");
  }
  const reason = requireReason(input.reason ?? undoReason(entry.reason));
  const [row] = await tx.$queryRaw<
    { outcome: string; taken: bigint; held: bigint; gone: bigint; after: bigint }[]
  >`select outcome, taken_nanos as taken, held_nanos as held, gone_nanos as gone, balance_nanos as after
    from undo_credit(${entry.creditId}::uuid, ${actor.id}::uuid, ${reason})`;
  if (row === undefined) throw new Error("undo_credit gave no row");
  if (row.outcome === "ended") throw refusal("这笔额度已到期或已撤销。", "this credit has ended or was undone.");
  if (row.outcome === "waiting") {
    const held = formatAmount(row.held);
    throw refusal(
      `剩下的 ${held} 已为尚未核实学号的成员预留。`,
      `the ${held} that is left is set aside for members whose ID is not proven.`,
    );
  }
  if (row.outcome === "spent") {
    const spent = formatAmount(row.gone);
    throw refusal(
      `这笔额度的 ${spent} 已全部用完，无可收回。`,
      `all ${spent} of this credit is spent; nothing is left.`,
    );
  }
  await writeAudit(tx, actor, {
    action: "ledger.undo",
    targetKind: "account",
    targetId: entry.accountId,
    targetName: entry.name,
    detail: {
      before: formatAmount(row.after + row.taken),
      after: formatAmount(row.after),
      ...(row.held > 0n ? { missing: formatAmount(row.held) } : {}),
      ...(row.gone > 0n ? { gone: formatAmount(row.gone) } : {}),
      entry: input.entryId,
      reason,
    },
  });
  const { taken: takenNanos, held: heldNanos, gone: goneNanos, after: afterNanos } = row;
  return { accountId: entry.accountId, name: entry.name, takenNanos, heldNanos, goneNanos, afterNanos };
}
