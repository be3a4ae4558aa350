import { newId } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";

export type ConversationRow = {
  readonly id: string;
  readonly title: string;
  readonly pinnedAt: Date | null;
  /** Of a temporary one; null: it is listed, and stays. */
  readonly expiresAt: Date | null;
  readonly updatedAt: Date;
  readonly isRunning: boolean;
  /** Where a search found it: the passage around it. */
  readonly excerpt: string | null;
};

export type ConversationFilter = {
  /** Words that a turn or the title has, all of them; "": no search. */
  readonly query: string;
  /** Of the last row that is there; null: from the beginning. */
  readonly before: { readonly updatedAt: Date; readonly id: string } | null;
  readonly limit: number;
};

/** How much of a passage is shown before what was looked for, and in all. */
const excerptBefore = 30;
const excerptLength = 140;
const mostWords = 4;

/** A person's conversations: on the first page those that are pinned come first; then newest first. */
export async function listConversations(
  db: Db | Tx,
  userId: string,
  filter: ConversationFilter,
): Promise<ConversationRow[]> {
  const words = filter.query.split(/\s+/).filter(Boolean).slice(0, mostWords);
  return words.length > 0 ? searchConversations(db, userId, words, filter) : recentConversations(db, userId, filter);
}

const columns = Prisma.sql`c.id, c.title, c.pinned_at as "pinnedAt", c.expires_at as "expiresAt", c.updated_at as "updatedAt",
  exists (select from turn r where r.conversation_id = c.id and r.state = 'running' and r.alive_until > clock_timestamp()) as "isRunning"`;

async function recentConversations(db: Db | Tx, userId: string, { before, limit }: ConversationFilter) {
  const own = Prisma.sql`c.user_id = ${userId}::uuid and c.deleted_at is null and c.expires_at is null`;
  const pinned =
    before === null
      ? await db.$queryRaw<ConversationRow[]>`select ${columns}, null as excerpt from conversation c
          where ${own} and c.pinned_at is not null order by c.pinned_at desc`
      : [];
  const rest = await db.$queryRaw<ConversationRow[]>`select ${columns}, null as excerpt from conversation c
    where ${own} and c.pinned_at is null and ${beforeOf(before)} order by c.updated_at desc, c.id desc limit ${limit}`;
  return [...pinned, ...rest];
}

/** No index: one person's texts are read through, which for a thousand conversations takes less than any index would have to be kept for. */
async function searchConversations(
  db: Db | Tx,
  userId: string,
  words: readonly string[],
  { before, limit }: ConversationFilter,
) {
  // strpos compares bytes: several times as fast as ilike, and right in Chinese, where trigrams under the C locale see nothing. Words without
  // capitals and small letters spare the lowering of all texts.
  const placeIn = (text: Prisma.Sql, word: string) =>
    word.toLowerCase() === word.toUpperCase()
      ? Prisma.sql`strpos(${text}, ${word})`
      : Prisma.sql`strpos(lower(${text}), lower(${word}))`;
  const has = (text: Prisma.Sql) =>
    Prisma.join(
      words.map((word) => Prisma.sql`${placeIn(text, word)} > 0`),
      " and ",
    );
  return db.$queryRaw<ConversationRow[]>`
    with own as materialized (
      select c.* from conversation c where c.user_id = ${userId}::uuid and c.deleted_at is null and c.expires_at is null and ${beforeOf(before)}),
    hit as materialized (
      select distinct on (t.conversation_id) t.conversation_id, t.text, ${placeIn(Prisma.sql`t.text`, words[0] ?? "")} as place
        from own join turn t on t.conversation_id = own.id
        where t.deleted_at is null and ${has(Prisma.sql`t.text`)} order by t.conversation_id, t.id)
    select ${columns},
        substr(h.text, greatest(1, h.place - ${excerptBefore}), ${excerptLength}) as excerpt
      from own c left join hit h on h.conversation_id = c.id
      where h.conversation_id is not null or (${has(Prisma.sql`c.title`)})
      order by c.updated_at desc, c.id desc limit ${limit}`;
}

function beforeOf(before: ConversationFilter["before"]): Prisma.Sql {
  if (before === null) return Prisma.sql`true`;
  return Prisma.sql`(c.updated_at, c.id) < (${before.updatedAt}::timestamptz, ${before.id}::uuid)`;
}

/** How many a person has, without temporary ones. */
export async function countConversations(db: Db | Tx, userId: string): Promise<number> {
  return db.conversation.count({ where: { userId, deletedAt: null, expiresAt: null } });
}

export type ConversationChanges = {
  readonly title?: string | undefined;
  readonly isPinned?: boolean | undefined;
  readonly systemPrompt?: string | undefined;
  readonly parameters?: object | undefined;
  readonly model?: string | null | undefined;
  /** False: a temporary one is kept. */
  readonly isTemporary?: false | undefined;
};

/** Changes what is given. False: there is no such conversation of this person. */
export async function updateConversation(
  db: Db | Tx,
  userId: string,
  id: string,
  changes: ConversationChanges,
): Promise<boolean> {
  const { title, isPinned, systemPrompt, parameters, model, isTemporary } = changes;
  const { count } = await db.conversation.updateMany({
    where: { id, ...liveConversation(userId) },
    data: {
      ...(title !== undefined && { title, isNamed: true }),
      ...(isPinned !== undefined && { pinnedAt: isPinned ? new Date() : null }),
      ...(systemPrompt !== undefined && { systemPrompt }),
      ...(parameters !== undefined && { parameters: parameters as Prisma.InputJsonObject }),
      ...(model !== undefined && { model }),
      ...(isTemporary === false && { expiresAt: null }),
    },
  });
  return count === 1;
}

/** Of this person, neither deleted nor past its time: the rule of everything that reads or writes conversations. */
export function liveConversation(userId: string) {
  return { userId, deletedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] };
}

/** Deletes one conversation of a person, or all; `restoreDeleted` takes it back for a day. */
export async function deleteConversations(
  db: Db | Tx,
  userId: string,
  id: string | null,
): Promise<{ deletionId: string; count: number }> {
  const deletionId = newId();
  const count =
    await db.$executeRaw`update conversation set deleted_at = clock_timestamp(), deletion_id = ${deletionId}::uuid
    where user_id = ${userId}::uuid and deleted_at is null and (id = ${id}::uuid or ${id}::uuid is null)`;
  return { deletionId, count };
}

/** Takes back what one act deleted: conversations, or turns of one. Returns how many are there again. */
export async function restoreDeleted(db: Db | Tx, userId: string, deletionId: string): Promise<number> {
  const conversations = await db.conversation.updateMany({
    where: { userId, deletionId, deletedAt: { not: null } },
    data: { deletedAt: null, deletionId: null },
  });
  const turns = await db.turn.updateMany({
    where: { deletionId, deletedAt: { not: null }, conversation: liveConversation(userId) },
    data: { deletedAt: null, deletionId: null },
  });
  return conversations.count + turns.count;
}
