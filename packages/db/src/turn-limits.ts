import { AppError } from "@lyceum/domain";
import type { Tx } from "./client.ts";
import type { LockedConversation } from "./conversation-lock.ts";

/** What one person may have; the numbers are the console's. */
export type AskLimits = {
  readonly conversations: number;
  readonly turnsPerConversation: number;
  readonly runsPerPerson: number;
  readonly pendingPerConversation: number;
  readonly textBytesPerPerson: number;
};

/** One question of a person at a time is decided on, so that limits hold. */
export async function lockPerson(tx: Tx, userId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`playground ${userId}`}, 0))`;
}

/** One more conversation must be allowed. */
export async function checkConversations(tx: Tx, userId: string, { conversations }: AskLimits): Promise<void> {
  const count = await tx.conversation.count({ where: { userId, deletedAt: null, expiresAt: null } });
  if (count >= conversations) throw full(`${conversations} 个对话`, `${conversations} conversations`);
}

/** What a person stores must stay bounded. */
export async function checkText(tx: Tx, userId: string, limits: AskLimits): Promise<void> {
  const [row] = await tx.$queryRaw<
    [{ held: bigint }]
  >`select coalesce(sum(text_bytes), 0)::bigint as held from conversation
    where user_id = ${userId}::uuid`;
  const megabytes = Math.floor(limits.textBytesPerPerson / 1024 / 1024);
  if (Number(row.held) >= limits.textBytesPerPerson) throw full(`${megabytes} MB 文字`, `${megabytes} MB of text`);
}

/** So must a conversation. */
export async function checkTurns(tx: Tx, conversationId: string, limits: AskLimits): Promise<void> {
  const count = await tx.turn.count({ where: { conversationId } });
  const most = limits.turnsPerConversation;
  if (count >= most) throw full(`一个对话 ${most} 条消息`, `${most} messages in a conversation`);
}

/** Nothing may run in this conversation already, and not too much of this person elsewhere. */
export async function checkFree(
  tx: Tx,
  userId: string,
  conversation: LockedConversation,
  limits: AskLimits,
): Promise<void> {
  if (conversation.running.length > 0) throw tooManyAtOnce("这个对话", "This conversation", 1);
  await checkTurns(tx, conversation.id, limits);
  await checkRuns(tx, userId, 1, limits);
}

/** And what runs at once for one person. */
export async function checkRuns(tx: Tx, userId: string, more: number, limits: AskLimits): Promise<void> {
  const [row] = await tx.$queryRaw<[{ running: number }]>`select count(*)::int as running from turn t
    join conversation c on c.id = t.conversation_id
    where t.state = 'running' and t.alive_until > clock_timestamp() and c.user_id = ${userId}::uuid`;
  if (row.running + more > limits.runsPerPerson)
    throw tooManyAtOnce("你的对话", "Your conversations", limits.runsPerPerson);
}

/** Refuses what would be more than so many at once. */
export function tooManyAtOnce(scopeZh: string, scopeEn: string, limit: number): AppError {
  return new AppError("parallel_exceeded", { parameters: { scope_zh: scopeZh, scope_en: scopeEn, limit } });
}

function full(zh: string, en: string): AppError {
  return new AppError("invalid_request", {
    parameters: {
      reason_zh: `最多保存 ${zh}，请先删除一些。`,
      reason_en: `at most ${en} are kept. Delete some first.`,
    },
  });
}
