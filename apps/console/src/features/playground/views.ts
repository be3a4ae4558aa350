import type { AttachmentRow, ConversationRow, OpenedConversation, TurnRow } from "@lyceum/db";
import type { AnswerError, AttachmentView, ConversationEntry, ConversationView, TurnView } from "./contract.ts";
import { type Parameters, parametersSchema } from "./parameters.ts";

/** A row of the list as the page gets it. */
export function conversationEntry(row: ConversationRow): ConversationEntry {
  return {
    id: row.id,
    title: row.title,
    isPinned: row.pinnedAt !== null,
    isTemporary: row.expiresAt !== null,
    isRunning: row.isRunning,
    updatedAt: row.updatedAt.toISOString(),
    excerpt: row.excerpt,
  };
}

/** A conversation as the page gets it. */
export function conversationView({ conversation, ...opened }: OpenedConversation): ConversationView {
  return {
    id: conversation.id,
    title: conversation.title,
    isPinned: conversation.pinnedAt !== null,
    isTemporary: conversation.expiresAt !== null,
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
    model: conversation.model,
    systemPrompt: conversation.systemPrompt,
    parameters: storedParameters(conversation.parameters),
    turns: opened.turns.map(turnView),
    hasEarlier: opened.hasEarlier,
    compared: opened.compared.map(turnView),
    pending: opened.pending.map(turnView),
  };
}

/** A turn as the page gets it. */
export function turnView(turn: TurnRow): TurnView {
  return {
    id: turn.id,
    kind: turn.kind,
    state: turn.state,
    parentId: turn.parentId,
    siblings: turn.siblings,
    compareId: turn.compareId,
    text: turn.text,
    thinking: turn.thinking,
    isContinuation: turn.isContinuation,
    isEdited: turn.isEdited,
    attachments: turn.attachments.map(attachmentView),
    createdAt: turn.createdAt.toISOString(),
    answer: turn.kind === "answer" ? answerFacts(turn) : null,
  };
}

function answerFacts(turn: TurnRow): TurnView["answer"] {
  const nanos = (amount: bigint | null) => (amount === null ? null : String(amount));
  const { requestId, inputTokens, cachedTokens, outputTokens, thinkingTokens, isEstimated, ttftMs, thinkingMs } = turn;
  const { totalMs, tokensPerSecond, finishReason, dropped, clamped, servedModel } = turn;
  return {
    ...{ requestId, inputTokens, cachedTokens, outputTokens, thinkingTokens, isEstimated, ttftMs, thinkingMs },
    ...{ totalMs, tokensPerSecond, finishReason, dropped, clamped, servedModel },
    model: turn.models[0] ?? "",
    parameters: storedParameters(turn.parameters),
    chargeNanos: nanos(turn.chargeNanos),
    balanceAfterNanos: nanos(turn.balanceAfterNanos),
    error: turn.error as AnswerError | null,
  };
}

export function attachmentView({
  id,
  kind,
  name,
  mediaType,
  bytes,
  pages,
  tokens,
  isCut,
}: AttachmentRow): AttachmentView {
  return { id, kind, name, mediaType, bytes, pages, tokens, isCut };
}

/** What was stored was checked when it came; what the rules of today no longer know is not sent. */
export function storedParameters(stored: unknown): Parameters {
  const parsed = parametersSchema.safeParse(stored);
  return parsed.success ? parsed.data : {};
}
