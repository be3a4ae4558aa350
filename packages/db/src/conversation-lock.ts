import { AppError } from "@lyceum/domain";
import type { Tx } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import type { TurnNode, TurnTree } from "./turn-tree.ts";
import { interruptDeadTurns, loadTurnTree } from "./turns.ts";

/** A conversation that this transaction has to itself, with the places of its turns as of then. */
export type LockedConversation = {
  readonly id: string;
  readonly title: string;
  readonly isNamed: boolean;
  readonly model: string | null;
  readonly systemPrompt: string;
  readonly parameters: Prisma.JsonValue;
  readonly tree: TurnTree;
  readonly pending: readonly string[];
  readonly running: readonly TurnNode[];
};

/** Locks a conversation of this person. Throws `not_found` where there is none for them to see. */
export async function lockConversation(tx: Tx, userId: string, id: string): Promise<LockedConversation> {
  const [row] = await tx.$queryRaw<
    (Omit<LockedConversation, "tree" | "pending" | "running"> & { openTurnId: string | null })[]
  >`
    select id, title, is_named as "isNamed", model, system_prompt as "systemPrompt", parameters, open_turn_id as "openTurnId"
    from conversation where id = ${id}::uuid and user_id = ${userId}::uuid and deleted_at is null
      and (expires_at is null or expires_at > clock_timestamp()) for update`;
  if (row === undefined) throw new AppError("not_found");
  await interruptDeadTurns(tx, id);
  const { tree, pending } = await loadTurnTree(tx, row);
  const running = await tx.turn.findMany({
    where: { conversationId: id, state: "running", deletedAt: null },
    select: { id: true },
  });
  const nodes = running.flatMap((each) => tree.find(each.id) ?? []);
  return { ...row, tree, pending, running: nodes };
}

/** Locks the conversation of a turn of this person; the turn must be one that is to be seen. Throws `not_found`. */
export async function lockConversationOfTurn(
  tx: Tx,
  userId: string,
  turnId: string,
): Promise<{ conversation: LockedConversation; node: TurnNode }> {
  const turn = await tx.turn.findFirst({
    where: { id: turnId, conversation: { userId } },
    select: { conversationId: true },
  });
  if (turn === null) throw new AppError("not_found");
  const conversation = await lockConversation(tx, userId, turn.conversationId);
  const node = conversation.tree.find(turnId);
  if (node === null) throw new AppError("not_found");
  return { conversation, node };
}

/** Opens the branch of a turn that is stored already. */
export async function openBranchOf(tx: Tx, conversation: LockedConversation, turnId: string): Promise<void> {
  for (const { from, to } of conversation.tree.pointersTo(turnId)) await pointTo(tx, conversation.id, from, to);
}

/** Has the conversation (`from` null) or a turn open another turn. */
export async function pointTo(tx: Tx, conversationId: string, from: string | null, to: string): Promise<void> {
  if (from === null)
    await tx.conversation.update({ where: { id: conversationId }, data: { openTurnId: to }, select: { id: true } });
  else await tx.turn.update({ where: { id: from }, data: { openTurnId: to }, select: { id: true } });
}
