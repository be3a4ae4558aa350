"use server";
import {
  type Asked,
  addClearMark,
  askAgain,
  askInOtherWords,
  askPending,
  askQuestion,
  askToContinue,
  askToStop,
  updateConversation as changeConversation,
  clearConversation as clearTurns,
  deleteConversations,
  editTurnText,
  findAsked,
  forkConversation as forkAt,
  lockConversation,
  deleteTurns as markTurns,
  openConversation,
  openTurnBranch,
  restoreDeleted,
  type Tx,
  takeBackPending,
} from "@lyceum/db";
import { AppError, costOf, noUsage } from "@lyceum/domain";
import type { z } from "zod";
import { defineAction } from "#server/define-action.ts";
import { askLimits } from "./ask-limits.ts";
import { askedOf } from "./asked-of.ts";
import { attachmentViews, loadTurnView, sendResult, withAnswers } from "./begin-answers.ts";
import {
  type ConversationView,
  chooseBranchInput,
  continueInput,
  conversationInput,
  type DeletionResult,
  deleteAllInput,
  deleteTurnsInput,
  type EditResult,
  editTurnInput,
  forkInput,
  pendingInput,
  playgroundLimits,
  previewInput,
  type RequestPreview,
  regenerateInput,
  restoreInput,
  type SendResult,
  sendInput,
  stopInput,
  updateConversationInput,
} from "./contract.ts";
import { prepareDraft } from "./prepare.ts";
import { conversationView } from "./views.ts";

// Acts on one's own conversations. None is in the audit trail: what somebody writes there is nobody else's business.

const own = { role: "any", keepsPage: true } as const;
const begun = async (tx: Tx, userId: string, asked: Asked) => ({
  ...{ userId, asked, stopping: [] },
  data: await sendResult(tx, userId, asked),
});

/** Asks, or answers with what came of it where just this was asked before and the reply was lost. */
async function askOnce(tx: Tx, userId: string, askId: string | undefined, ask: () => Promise<Asked>) {
  const before = askId === undefined ? null : await findAsked(tx, userId, askId);
  // Its answers run, or have ended: somebody has seen to them when it was asked.
  if (before !== null) return { ...(await begun(tx, userId, before)), asked: null };
  return begun(tx, userId, await ask());
}

/** Asks a question, once, of one model or up to three; where an answer runs, it waits for its end. */
export const send = withAnswers<z.input<typeof sendInput>, SendResult>(
  defineAction({
    ...own,
    input: sendInput,
    run: ({ tx, actor, input }) =>
      askOnce(tx, actor.id, input.askId, () => askQuestion(tx, actor.id, input, askLimits)),
  }),
);

/** Another answer to the same question, of the same model or another. */
export const regenerate = withAnswers<z.input<typeof regenerateInput>, SendResult>(
  defineAction({
    ...own,
    input: regenerateInput,
    run: ({ tx, actor, input }) =>
      askOnce(tx, actor.id, input.askId, () => askAgain(tx, actor.id, input.turnId, input, askLimits)),
  }),
);

/** Goes on where an answer stopped. */
export const continueAnswer = withAnswers<z.input<typeof continueInput>, SendResult>(
  defineAction({
    ...own,
    input: continueInput,
    run: ({ tx, actor, input }) =>
      askOnce(tx, actor.id, input.askId, () => askToContinue(tx, actor.id, input.turnId, input, askLimits)),
  }),
);

/** Changes the words of a turn, or asks a question in other words beside it. */
export const editTurn = withAnswers<z.input<typeof editTurnInput>, EditResult>(
  defineAction({
    ...own,
    input: editTurnInput,
    run: async ({ tx, actor: { id: userId }, input }) => {
      if (!input.rerun) {
        const conversationId = await editTurnText(tx, userId, input.turnId, input.text, askLimits);
        const turn = await loadTurnView(tx, userId, conversationId, input.turnId);
        return { userId, asked: null, stopping: [], data: { turn, sent: null } };
      }
      const { data: sent, ...rest } = await askOnce(tx, userId, input.askId, () =>
        askInOtherWords(tx, userId, input.turnId, input, askLimits),
      );
      return { ...rest, data: { turn: null, sent } };
    },
  }),
);

/** Sends a message now that waits, where the answer it waited for did not end well. */
export const sendPending = withAnswers<z.input<typeof pendingInput>, SendResult>(
  defineAction({
    ...own,
    input: pendingInput,
    run: async ({ tx, actor, input }) => {
      const turn = await tx.turn.findFirst({
        where: { id: input.turnId, conversation: { userId: actor.id } },
        select: { conversationId: true },
      });
      if (turn === null) throw new AppError("not_found");
      const conversation = await lockConversation(tx, actor.id, turn.conversationId);
      const asked = await askPending(tx, actor.id, conversation, input.turnId, askLimits);
      if (asked === null) throw new AppError("not_found");
      return begun(tx, actor.id, asked);
    },
  }),
);

/** Takes back a message that waits. */
export const cancelPending = defineAction({
  ...own,
  input: pendingInput,
  run: async ({ tx, actor, input }) => {
    const { text } = await takeBackPending(tx, actor.id, input.turnId);
    return { text, attachments: await attachmentViews(tx, actor.id, input.turnId) };
  },
});

/** Ends what runs; what there is is kept, and charged. */
export const stop = withAnswers<z.input<typeof stopInput>, { stopped: number }>(
  defineAction({
    ...own,
    input: stopInput,
    run: async ({ tx, actor, input: { conversationId, turnId } }) => {
      const turnIds = turnId === undefined ? undefined : [turnId];
      const stopping = await askToStop(tx, actor.id, { conversationId, turnIds });
      return { userId: actor.id, asked: null, stopping, data: { stopped: stopping.length } };
    },
  }),
);

/** Opens another branch. */
export const chooseBranch = defineAction({
  ...own,
  input: chooseBranchInput,
  run: async ({ tx, actor, input }): Promise<ConversationView> => {
    const id = await openTurnBranch(tx, actor.id, input.turnId);
    const opened = await openConversation(tx, actor.id, id, { before: null, limit: playgroundLimits.turnsPerPage });
    if (opened === null) throw new AppError("not_found");
    return conversationView(opened);
  },
});

/** A new conversation that goes on from a turn. */
export const forkConversation = defineAction({
  ...own,
  input: forkInput,
  run: async ({ tx, actor, input }) => ({
    conversationId: await forkAt(tx, actor.id, input.turnId, askLimits),
  }),
});

/** Deletes a turn, or it and all below; what runs there ends. */
export const deleteTurns = withAnswers<z.input<typeof deleteTurnsInput>, DeletionResult>(
  defineAction({
    ...own,
    input: deleteTurnsInput,
    run: async ({ tx, actor: { id: userId }, input }) => {
      const { deletionId, count, running } = await markTurns(tx, userId, input.turnId, input.scope);
      const stopping = await askToStop(tx, userId, { turnIds: running });
      return { userId, asked: null, stopping, data: { deletionId, count } };
    },
  }),
);

/** Puts a mark above which nothing is sent any more. */
export const clearContext = defineAction({
  ...own,
  input: conversationInput,
  run: async ({ tx, actor, input: { conversationId } }) => {
    const id = await addClearMark(tx, actor.id, conversationId);
    return { turn: await loadTurnView(tx, actor.id, conversationId, id) };
  },
});

/** Deletes all turns of a conversation. */
export const clearConversation = withAnswers<z.input<typeof conversationInput>, DeletionResult>(
  defineAction({
    ...own,
    input: conversationInput,
    run: async ({ tx, actor: { id: userId }, input: { conversationId } }) => {
      const { deletionId, count } = await clearTurns(tx, userId, conversationId);
      const stopping = await askToStop(tx, userId, { conversationId });
      return { userId, asked: null, stopping, data: { deletionId, count } };
    },
  }),
);

/** Deletes a conversation. */
export const deleteConversation = withAnswers<z.input<typeof conversationInput>, DeletionResult>(
  defineAction({
    ...own,
    input: conversationInput,
    run: async ({ tx, actor: { id: userId }, input: { conversationId } }) => {
      const data = await deleteConversations(tx, userId, conversationId);
      if (data.count === 0) throw new AppError("not_found");
      const stopping = await askToStop(tx, userId, { conversationId });
      return { userId, asked: null, stopping, data };
    },
  }),
);

/** Deletes all conversations. */
export const deleteAllConversations = withAnswers<z.input<typeof deleteAllInput>, DeletionResult>(
  defineAction({
    ...own,
    input: deleteAllInput,
    run: async ({ tx, actor: { id: userId } }) => {
      const data = await deleteConversations(tx, userId, null);
      const stopping = await askToStop(tx, userId, {});
      return { userId, asked: null, stopping, data };
    },
  }),
);

/** Takes back a deletion. */
export const restore = defineAction({
  ...own,
  input: restoreInput,
  run: async ({ tx, actor, input }) => {
    const count = await restoreDeleted(tx, actor.id, input.deletionId);
    if (count === 0) throw new AppError("not_found");
    return { count };
  },
});

/** Renames, pins, keeps a temporary one, changes what the next question is sent with. */
export const updateConversation = defineAction({
  ...own,
  input: updateConversationInput,
  run: async ({ tx, actor, input: { conversationId, ...changes } }) => {
    if (!(await changeConversation(tx, actor.id, conversationId, changes))) throw new AppError("not_found");
    return {};
  },
});

/** What a question would send, and about what its input costs. */
export const previewRequest = defineAction({
  ...own,
  input: previewInput,
  run: async ({ db, actor, input }): Promise<RequestPreview> => {
    const { body, messages, inputTokens, droppedImages, square, pictures } = await prepareDraft(db, actor.id, input);
    const price = square?.price ?? null;
    const usage = { ...noUsage, input: inputTokens };
    return {
      messages,
      inputTokens,
      inputNanos: price === null ? null : String(costOf({ ...price, id: "", version: 0 }, usage, 1_000_000)),
      contextTokens: square?.contextTokens ?? null,
      dropped: droppedImages > 0 ? ["images"] : [],
      droppedImages,
      ...askedOf(body, pictures),
    };
  },
});
