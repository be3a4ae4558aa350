import { AppError, newId } from "@lyceum/domain";
import type { Tx } from "./client.ts";
import { lockConversation, lockConversationOfTurn, openBranchOf, pointTo } from "./conversation-lock.ts";
import { Prisma } from "./generated/client.ts";
import { type AskLimits, checkConversations, checkText } from "./turn-limits.ts";

export type Deletion = { readonly deletionId: string; readonly count: number };

/** Changes the words of a question or an answer of this person; what it cost stays. Throws `not_found` where it is running. */
export async function editTurnText(
  tx: Tx,
  userId: string,
  turnId: string,
  text: string,
  limits: AskLimits,
): Promise<string> {
  await checkText(tx, userId, limits);
  const { conversation, node } = await lockConversationOfTurn(tx, userId, turnId);
  if (node.kind === "clear" || node.state === "running") throw new AppError("not_found");
  await tx.turn.update({ where: { id: turnId }, data: { text, isEdited: true }, select: { id: true } });
  await tx.conversation.update({
    where: { id: conversation.id },
    data: { textBytes: { increment: Buffer.byteLength(text) }, updatedAt: new Date() },
    select: { id: true },
  });
  return conversation.id;
}

/** Opens the branch of a turn of this person. Returns the conversation's id. */
export async function openTurnBranch(tx: Tx, userId: string, turnId: string): Promise<string> {
  const { conversation } = await lockConversationOfTurn(tx, userId, turnId);
  await openBranchOf(tx, conversation, turnId);
  return conversation.id;
}

/** Deletes a turn (what is below it moves up), or it and all below. `restoreDeleted` takes it back for a day. */
export async function deleteTurns(
  tx: Tx,
  userId: string,
  turnId: string,
  scope: "one" | "from-here",
): Promise<Deletion & { conversationId: string; running: string[] }> {
  const { conversation, node } = await lockConversationOfTurn(tx, userId, turnId);
  const ids = scope === "one" ? [node.id] : conversation.tree.below(node.id);
  const running = conversation.running.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  return { ...(await markDeleted(tx, conversation.id, ids)), conversationId: conversation.id, running };
}

/** Deletes all turns of a conversation, and what waits there. The conversation stays. */
export async function clearConversation(
  tx: Tx,
  userId: string,
  conversationId: string,
): Promise<Deletion & { running: string[] }> {
  const conversation = await lockConversation(tx, userId, conversationId);
  const rows = await tx.turn.findMany({ where: { conversationId, deletedAt: null }, select: { id: true } });
  const deletion = await markDeleted(
    tx,
    conversation.id,
    rows.map(({ id }) => id),
  );
  return { ...deletion, running: conversation.running.map(({ id }) => id) };
}

/** Puts a mark at the end of the open branch: what is above it is sent no more. Throws `not_found` where there is nothing above. */
export async function addClearMark(tx: Tx, userId: string, conversationId: string): Promise<string> {
  const conversation = await lockConversation(tx, userId, conversationId);
  const last = conversation.tree.openBranch().at(-1);
  if (last === undefined || last.state === "running") throw new AppError("not_found");
  if (last.kind === "clear") return last.id;
  const id = newId();
  await tx.turn.create({ data: { id, conversationId, parentId: last.id, kind: "clear" }, select: { id: true } });
  await openBranchOf(tx, conversation, last.id);
  await pointTo(tx, conversationId, last.id, id);
  return id;
}

/** Takes back a message that waits. Returns its words, and what was attached to it. */
export async function takeBackPending(
  tx: Tx,
  userId: string,
  turnId: string,
): Promise<{ conversationId: string; text: string; attachmentIds: string[] }> {
  const turn = await tx.turn.findFirst({
    where: { id: turnId, state: "pending", deletedAt: null, conversation: { userId } },
    select: {
      conversationId: true,
      text: true,
      attachments: { select: { attachmentId: true }, orderBy: { place: "asc" } },
    },
  });
  if (turn === null) throw new AppError("not_found");
  await lockConversation(tx, userId, turn.conversationId);
  // Asked meanwhile, or taken back from elsewhere: then it is no longer there to be taken back.
  const { count } = await tx.turn.updateMany({
    where: { id: turnId, state: "pending", deletedAt: null },
    data: { deletedAt: new Date(), deletionId: newId() },
  });
  if (count === 0) throw new AppError("not_found");
  const attachmentIds = turn.attachments.map(({ attachmentId }) => attachmentId);
  return { conversationId: turn.conversationId, text: turn.text, attachmentIds };
}

/** A new conversation with the branch down to a turn of this person's. Returns its id. */
export async function forkConversation(tx: Tx, userId: string, turnId: string, limits: AskLimits): Promise<string> {
  const { conversation } = await lockConversationOfTurn(tx, userId, turnId);
  await checkConversations(tx, userId, limits);
  await checkText(tx, userId, limits);
  const branch = conversation.tree.branchTo(turnId);
  const copies = new Map(branch.map((node) => [node.id, newId()]));
  const id = newId();
  await tx.$executeRaw`insert into conversation (id, user_id, title, is_named, model, system_prompt, parameters, open_turn_id, text_bytes)
    select ${id}::uuid, user_id, title, is_named, model, system_prompt, parameters, ${copies.get(branch[0]?.id ?? "") ?? null}::uuid, text_bytes
      from conversation where id = ${conversation.id}::uuid`;
  const newIds = branch.map((node) => copies.get(node.id) ?? "");
  const [olds, news, parents, next] = [
    branch.map((node) => node.id),
    newIds,
    [null, ...newIds.slice(0, -1)],
    [...newIds.slice(1), null],
  ];
  // What the copied answers cost stands with the first ones: a copy names no request, so that nothing is shown as paid for twice.
  await tx.$executeRaw`insert into turn (id, conversation_id, parent_id, kind, state, open_turn_id, text, thinking, is_edited,
        is_continuation, created_at, models, parameters, served_model, finish_reason, dropped, clamped, error)
    select c.new_id, ${id}::uuid, c.parent_id, t.kind, case t.state when 'running' then 'interrupted' else t.state end, c.next_id,
        t.text, t.thinking, t.is_edited, t.is_continuation, t.created_at, t.models, t.parameters, t.served_model, t.finish_reason,
        t.dropped, t.clamped, t.error
      from unnest(${olds}::uuid[], ${news}::uuid[], ${Prisma.sql`${parents}::uuid[]`}, ${Prisma.sql`${next}::uuid[]`})
        with ordinality as c (old_id, new_id, parent_id, next_id, place)
        join turn t on t.id = c.old_id order by c.place`;
  await tx.$executeRaw`insert into turn_attachment (turn_id, place, attachment_id)
    select c.new_id, a.place, a.attachment_id from unnest(${olds}::uuid[], ${news}::uuid[]) as c (old_id, new_id)
      join turn_attachment a on a.turn_id = c.old_id`;
  return id;
}

async function markDeleted(tx: Tx, conversationId: string, ids: readonly string[]): Promise<Deletion> {
  const deletionId = newId();
  const { count } = await tx.turn.updateMany({
    where: { conversationId, id: { in: [...ids] }, deletedAt: null },
    data: { deletedAt: new Date(), deletionId },
  });
  return { deletionId, count };
}
