import { storedAskId } from "./ask-id.ts";
import type { Tx } from "./client.ts";
import type { Asked } from "./turn-asks.ts";
import { lockPerson } from "./turn-limits.ts";
import { findConversation, loadTurnTree } from "./turns.ts";

/**
 * What this person asked with an id before, as it is now: of a question the answer that is open, and those it is compared with; of an answer (another
 * one, or one that goes on) itself. Whoever sends the same at the same time waits. Null: nothing, or it was deleted since, and asking for it again is asking anew.
 */
export async function findAsked(tx: Tx, userId: string, askId: string): Promise<Asked | null> {
  await lockPerson(tx, userId);
  const turn = await tx.turn.findFirst({
    where: { askId: storedAskId(userId, askId) },
    select: { id: true, kind: true, conversationId: true, deletedAt: true },
  });
  if (turn === null) return null;
  const conversation = await findConversation(tx, userId, turn.conversationId);
  if (conversation === null || turn.deletedAt !== null) {
    await tx.turn.update({ where: { id: turn.id }, data: { askId: null }, select: { id: true } });
    return null;
  }
  const { tree } = await loadTurnTree(tx, conversation);
  const of = (questionId: string, answerIds: string[]) => ({ conversationId: conversation.id, questionId, answerIds });
  if (turn.kind === "answer") {
    const questionId = tree.branchTo(turn.id).findLast(({ kind }) => kind === "question")?.id;
    return questionId === undefined ? null : of(questionId, [turn.id]);
  }
  const answers = tree.find(turn.id) === null ? [] : tree.children(turn.id);
  const onBranch = new Set(tree.openBranch().map(({ id }) => id));
  const open = answers.find(({ id }) => onBranch.has(id)) ?? answers.at(-1);
  const beside = answers.filter(({ id, compareId }) => id !== open?.id && compareId && compareId === open?.compareId);
  return of(
    turn.id,
    (open === undefined ? [] : [open, ...beside]).map(({ id }) => id),
  );
}
