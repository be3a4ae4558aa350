import { createHash } from "node:crypto";
import type { Tx } from "./client.ts";
import type { Asked } from "./turn-asks.ts";
import { lockPerson } from "./turn-limits.ts";
import { findConversation, loadTurnTree } from "./turns.ts";

/** How the id that a page gave a question is stored: made from the asker's too, so that nobody's meets another's. */
export function storedAskId(userId: string, askId: string): string {
  const hex = createHash("sha256").update(`${userId} ${askId}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/**
 * What this person asked with an id before, as it is now: the answer that is open, and those it is compared with. Whoever sends the same at the
 * same time waits. Null: nothing, or it was deleted since, and asking for it again is asking anew.
 */
export async function findAsked(tx: Tx, userId: string, askId: string): Promise<Asked | null> {
  await lockPerson(tx, userId);
  const question = await tx.turn.findFirst({
    where: { askId: storedAskId(userId, askId) },
    select: { id: true, conversationId: true, deletedAt: true },
  });
  if (question === null) return null;
  const conversation = await findConversation(tx, userId, question.conversationId);
  if (conversation === null || question.deletedAt !== null) {
    await tx.turn.update({ where: { id: question.id }, data: { askId: null }, select: { id: true } });
    return null;
  }
  const { tree } = await loadTurnTree(tx, conversation);
  const answers = tree.find(question.id) === null ? [] : tree.children(question.id);
  const onBranch = new Set(tree.openBranch().map(({ id }) => id));
  const open = answers.find(({ id }) => onBranch.has(id)) ?? answers.at(-1);
  const beside = answers.filter(({ id, compareId }) => id !== open?.id && compareId && compareId === open?.compareId);
  const answerIds = (open === undefined ? [] : [open, ...beside]).map(({ id }) => id);
  return { conversationId: conversation.id, questionId: question.id, answerIds };
}
