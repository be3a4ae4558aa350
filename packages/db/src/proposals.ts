import { AppError, type ConstraintChange, changeText, constraintChangeSchema, withChange } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { lockConfig } from "./config-lock.ts";
import { auditModel, constraintsForAudit, readConstraints, requireModel } from "./models.ts";

/** What a channel's refusals suggest to change in a model's constraints; nobody has decided on it yet. */
export type OpenProposal = {
  readonly id: string;
  readonly modelId: string;
  readonly channelId: string;
  readonly channelName: string;
  readonly change: ConstraintChange;
  readonly count: number;
  readonly lastMessage: string;
  readonly lastSeenAt: Date;
};

/** Every open proposal, by model, the most frequent first. */
export async function listOpenProposals(db: Db | Tx): Promise<ReadonlyMap<string, OpenProposal[]>> {
  const rows = await db.constraintProposal.findMany({
    where: { decision: null, channel: { deletedAt: null } },
    orderBy: [{ count: "desc" }, { lastSeenAt: "desc" }],
    select: {
      id: true,
      modelId: true,
      channelId: true,
      change: true,
      count: true,
      lastMessage: true,
      lastSeenAt: true,
      channel: { select: { name: true } },
    },
  });
  const open = rows.map(({ channel, change, ...row }) => ({
    ...row,
    channelName: channel.name,
    change: constraintChangeSchema.parse(change),
  }));
  return Map.groupBy(open, (proposal) => proposal.modelId);
}

/** Makes the change that a proposal suggests part of its model's constraints. Throws `not_found` where it is no longer open. */
export async function acceptProposal(tx: Tx, actor: Actor, input: { proposalId: string }): Promise<void> {
  const { modelId, change } = await decide(tx, input.proposalId, "accepted");
  const model = await requireModel(tx, modelId);
  const row = await tx.model.findUniqueOrThrow({ where: { id: modelId }, select: { constraints: true } });
  const before = readConstraints(row.constraints);
  const after = withChange(before, change);
  await tx.model.update({ where: { id: modelId }, data: { constraints: after }, select: { id: true } });
  await auditModel(tx, actor, "model.accept-proposal", model, {
    proposal: changeText(change),
    before: { constraints: constraintsForAudit(before) },
    after: { constraints: constraintsForAudit(after) },
  });
}

/** Puts a proposal away; the same one is not shown again. Throws `not_found` where it is no longer open. */
export async function dismissProposal(tx: Tx, actor: Actor, input: { proposalId: string }): Promise<void> {
  const { modelId, change } = await decide(tx, input.proposalId, "dismissed");
  const model = await requireModel(tx, modelId);
  await auditModel(tx, actor, "model.dismiss-proposal", model, { proposal: changeText(change) });
}

async function decide(
  tx: Tx,
  id: string,
  decision: "accepted" | "dismissed",
): Promise<{ modelId: string; change: ConstraintChange }> {
  // Two admins may press at once: one of them finds the proposal still open.
  await lockConfig(tx);
  const found = await tx.constraintProposal.findUnique({ where: { id }, select: { modelId: true, change: true } });
  if (found === null) throw new AppError("not_found");
  const { count } = await tx.constraintProposal.updateMany({
    where: { id, decision: null },
    data: { decision, decidedAt: new Date() },
  });
  if (count === 0) throw new AppError("not_found");
  return { modelId: found.modelId, change: constraintChangeSchema.parse(found.change) };
}
