import type { Db, Tx } from "./client.ts";
import { liveConversation } from "./conversations.ts";
import type { TurnKind, TurnState } from "./turn-tree.ts";

/** What of a turn a statement on the use of AI may tell. */
export type StatementTurn = {
  readonly kind: TurnKind;
  readonly state: TurnState;
  readonly createdAt: Date;
  /** Of an answer the one that was asked. */
  readonly models: string[];
  readonly servedModel: string | null;
  readonly parameters: unknown;
  /** Of questions alone. */
  readonly text: string;
  readonly hasText: boolean;
  readonly dropped: string[];
  readonly clamped: string[];
  /** Names of what was attached. */
  readonly files: string[];
};

/** All turns of one of a person's own conversations that weren't deleted, whatever branch they are on, oldest first; null: none of theirs. */
export async function listStatementTurns(
  db: Db | Tx,
  userId: string,
  conversationId: string,
): Promise<{ systemPrompt: string; turns: StatementTurn[] } | null> {
  const conversation = await db.conversation.findFirst({
    where: { id: conversationId, ...liveConversation(userId) },
    select: { systemPrompt: true },
  });
  if (conversation === null) return null;
  const turns = await db.$queryRaw<StatementTurn[]>`
    select kind, state, created_at as "createdAt", models, served_model as "servedModel", parameters,
        case when kind = 'question' then text else '' end as text, text <> '' as "hasText", dropped, clamped,
        coalesce((select array_agg(a.name order by l.place) from turn_attachment l join attachment a on a.id = l.attachment_id
          where l.turn_id = t.id), '{}') as files
      from turn t where t.conversation_id = ${conversationId}::uuid and t.deleted_at is null and t.kind <> 'clear'
      order by t.created_at, t.id`;
  return { systemPrompt: conversation.systemPrompt, turns };
}
