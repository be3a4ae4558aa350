import "server-only";
import {
  type Asked,
  findConversation,
  loadAttachments,
  loadStoredTurns,
  loadTurns,
  loadTurnTree,
  type Tx,
} from "@lyceum/db";
import { AppError, deriveSecret } from "@lyceum/domain";
import type { Action } from "#server/action-result.ts";
import { getDb } from "#server/db.ts";
import { getEnv } from "#server/env.ts";
import { getAnswerRoom } from "./answer-room.ts";
import type { AttachmentView, SendResult } from "./contract.ts";
import { getLiveRuns } from "./live-runs.ts";
import { type RunEdges, runAnswers } from "./run-answer.ts";
import { attachmentView, turnView } from "./views.ts";

/** What an action asked for: answers that are to run once its transaction is committed, and those that are to stop. */
export interface Begun<Data> {
  userId: string;
  asked: Asked | null;
  stopping: readonly string[];
  data: Data;
}

/** An action whose answers begin, or end, when it is committed; they go on when the browser is gone. */
export function withAnswers<Input, Data>(action: Action<Input, Begun<Data>>): Action<Input, Data> {
  return async (input) => {
    const result = await action(input);
    if (!result.ok) return result;
    const { userId, asked, stopping, data } = result.data;
    for (const id of stopping) getLiveRuns().find(id)?.end("stopped");
    if (asked !== null) {
      // Nobody waits for it: whoever looks on follows the stream.
      runAnswers(runEdges(), userId, asked).catch((error: unknown) =>
        console.error("answers of the playground failed", error),
      );
    }
    return { ok: true, data };
  };
}

function runEdges(): RunEdges {
  const { LYCEUM_INTERNAL_URL, LYCEUM_SECRET } = getEnv();
  return {
    db: getDb(),
    runs: getLiveRuns(),
    room: getAnswerRoom(),
    gatewayUrl: LYCEUM_INTERNAL_URL.replace(/\/$/, ""),
    sessionKey: deriveSecret(LYCEUM_SECRET, "gateway-session"),
  };
}

/** What the page shows at once of what was asked. */
export async function sendResult(tx: Tx, userId: string, asked: Asked): Promise<SendResult> {
  const conversation = await findConversation(tx, userId, asked.conversationId);
  if (conversation === null) throw new AppError("not_found");
  const { tree } = await loadTurnTree(tx, conversation);
  const [question, ...answers] = (await loadTurns(tx, tree, [asked.questionId, ...asked.answerIds])).map(turnView);
  if (question === undefined) throw new AppError("not_found");
  return { conversationId: conversation.id, title: conversation.title, question, answers };
}

/** A turn of a conversation whose owner was asked for before. */
export async function loadTurnView(tx: Tx, userId: string, conversationId: string, turnId: string) {
  const conversation = await findConversation(tx, userId, conversationId);
  if (conversation === null) throw new AppError("not_found");
  const { tree } = await loadTurnTree(tx, conversation);
  const [turn] = await loadTurns(tx, tree, [turnId]);
  if (turn === undefined) throw new AppError("not_found");
  return turnView(turn);
}

/** Attachments of this person without their content. */
export async function attachmentViews(tx: Tx, userId: string, turnId: string): Promise<AttachmentView[]> {
  const [turn] = await loadStoredTurns(tx, [turnId]);
  const own = await loadAttachments(tx, userId, turn?.attachments.map(({ id }) => id) ?? [], { withImages: false });
  return own.map(attachmentView);
}
