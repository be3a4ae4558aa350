import { getBalance } from "./accounts.ts";
import type { Db, Tx } from "./client.ts";
import { lockConversation } from "./conversation-lock.ts";
import { Prisma } from "./generated/client.ts";
import { type Asked, askPending, TURN_SILENCE_MS } from "./turn-asks.ts";
import { loadStoredTurns, type StoredTurn } from "./turns.ts";

/** Keeps what has come of a running answer, and says that it is under way. `isOurs` false: it was ended meanwhile. */
export async function keepTurn(
  db: Db,
  id: string,
  came: { text: string; thinking: string } | null,
): Promise<{ isOurs: boolean; isStopAsked: boolean }> {
  const content = came === null ? Prisma.empty : Prisma.sql`text = ${came.text}, thinking = ${came.thinking},`;
  const rows = await db.$queryRaw<{ isStopAsked: boolean }[]>`update turn
    set ${content} alive_until = clock_timestamp() + make_interval(secs => ${TURN_SILENCE_MS / 1_000})
    where id = ${id}::uuid and state = 'running' returning stop_asked_at is not null as "isStopAsked"`;
  return { isOurs: rows.length > 0, isStopAsked: rows[0]?.isStopAsked === true };
}

/** Notes under which id, and by which model, an answer began, so that its cost is found even if this process ends. */
export async function noteTurnRequest(
  db: Db,
  id: string,
  begun: { requestId: string | null; servedModel: string | null; dropped: string[]; clamped: string[] },
): Promise<void> {
  await db.turn.updateMany({ where: { id }, data: begun });
}

export type TurnEnd = Pick<
  StoredTurn,
  | "text"
  | "thinking"
  | "ttftMs"
  | "thinkingMs"
  | "totalMs"
  | "tokensPerSecond"
  | "finishReason"
  | "inputTokens"
  | "cachedTokens"
  | "outputTokens"
  | "thinkingTokens"
> & { readonly state: "done" | "stopped" | "failed"; readonly error: object | null };

/**
 * Ends a running answer. Where it ended well and nothing else runs in its conversation, the next message that waits there is asked: its
 * answers have to be run. Null: nothing is to be run.
 */
export async function endTurn(db: Db, userId: string, id: string, end: TurnEnd): Promise<Asked | null> {
  return db.$transaction(async (tx) => {
    const { state, error, ...facts } = end;
    const turn = await tx.turn.findUnique({ where: { id }, select: { conversationId: true } });
    if (turn === null) return null;
    // The conversation's lock before the turn's row, as everywhere.
    await tx.$executeRaw`select from conversation where id = ${turn.conversationId}::uuid for update`;
    const { count } = await tx.turn.updateMany({
      where: { id, state: "running" },
      data: {
        ...facts,
        state,
        aliveUntil: null,
        error: error === null ? Prisma.DbNull : (error as Prisma.InputJsonObject),
      },
    });
    if (count === 0) return null;
    const bytes = Buffer.byteLength(end.text) + Buffer.byteLength(end.thinking);
    const { deletedAt, expiresAt } = await tx.conversation.update({
      where: { id: turn.conversationId },
      data: { textBytes: { increment: bytes }, updatedAt: new Date() },
      select: { deletedAt: true, expiresAt: true },
    });
    const isGone = deletedAt !== null || (expiresAt !== null && expiresAt.getTime() < Date.now());
    if (state !== "done" || isGone) return null;
    const conversation = await lockConversation(tx, userId, turn.conversationId);
    return conversation.running.length > 0 ? null : askPending(tx, userId, conversation, null);
  });
}

export type TurnCharge = {
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  readonly chargeNanos: bigint;
  readonly isEstimated: boolean;
};

/** What the books say of one's own request; null: nothing (yet). */
export async function findTurnCharge(db: Db | Tx, userId: string, requestId: string): Promise<TurnCharge | null> {
  const rows = await db.$queryRaw<
    TurnCharge[]
  >`select input_tokens as "inputTokens", cached_input_tokens as "cachedTokens",
      output_tokens as "outputTokens", reasoning_tokens as "thinkingTokens", charge_nanos as "chargeNanos", is_estimated as "isEstimated"
    from usage_record where id = ${requestId}::uuid and user_id = ${userId}::uuid`;
  return rows[0] ?? null;
}

/** Keeps what an answer cost, with what can be spent now. */
export async function noteTurnCharge(db: Db | Tx, userId: string, id: string, charge: TurnCharge): Promise<void> {
  const { availableNanos } = await getBalance(db, userId);
  await db.turn.updateMany({ where: { id }, data: { ...charge, balanceAfterNanos: availableNanos } });
}

/** Answers of a conversation that ended, and of which it isn't known yet what they cost: their process ended too. */
export async function listUnchargedTurns(
  db: Db | Tx,
  ids: readonly string[],
): Promise<{ id: string; requestId: string }[]> {
  const rows = await db.turn.findMany({
    where: { id: { in: [...ids] }, state: { not: "running" }, chargeNanos: null, requestId: { not: null } },
    select: { id: true, requestId: true },
  });
  return rows.flatMap(({ id, requestId }) => (requestId === null ? [] : { id, requestId }));
}

/** Asks whoever runs answers of a person to stop: of one conversation or all, one turn or all. Returns which are running. */
export async function askToStop(
  tx: Tx,
  userId: string,
  which: { readonly conversationId?: string | undefined; readonly turnIds?: readonly string[] | undefined },
): Promise<string[]> {
  const inConversation =
    which.conversationId === undefined ? Prisma.empty : Prisma.sql`and c.id = ${which.conversationId}::uuid`;
  const ofTurns =
    which.turnIds === undefined ? Prisma.empty : Prisma.sql`and t.id = any(${[...which.turnIds]}::uuid[])`;
  const rows = await tx.$queryRaw<{ id: string }[]>`update turn t set stop_asked_at = clock_timestamp()
    from conversation c where c.id = t.conversation_id and c.user_id = ${userId}::uuid and t.state = 'running'
      ${inConversation} ${ofTurns} returning t.id`;
  return rows.map(({ id }) => id);
}

/** Which answers of a person's conversation run, in whatever process. */
export async function listRunningTurns(db: Db | Tx, userId: string, conversationId: string): Promise<string[]> {
  const rows = await db.turn.findMany({
    where: { conversationId, state: "running", deletedAt: null, conversation: { userId } },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return rows.map(({ id }) => id);
}

/** Answers of a person's conversation that were begun later than the one with this id, or than the moment of it, whatever became of them. */
export async function listAnswersSince(
  db: Db | Tx,
  userId: string,
  conversationId: string,
  since: string,
): Promise<string[]> {
  const rows = await db.turn.findMany({
    where: { conversationId, kind: "answer", id: { gt: since }, deletedAt: null, conversation: { userId } },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return rows.map(({ id }) => id);
}

/** A turn of a conversation as of now, for those who follow it from another process; null: it is gone. Whose it is was asked before. */
export async function readTurn(db: Db | Tx, conversationId: string, id: string): Promise<StoredTurn | null> {
  const count = await db.turn.count({ where: { id, conversationId, deletedAt: null } });
  return count === 0 ? null : ((await loadStoredTurns(db, [id]))[0] ?? null);
}
