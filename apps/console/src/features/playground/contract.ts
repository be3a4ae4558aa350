import type { ModelConstraints, Move } from "@lyceum/domain";
import { z } from "zod";
import type { Asked } from "#features/snippets/asked.ts";
import type { AskedFile } from "./asked-of.ts";
import { parametersSchema } from "./parameters.ts";
import { playgroundLimits } from "./routes.ts";

// What the page and the server's half of the playground say to each other. Everything here is plain JSON, so that the same types come as
// props of the page, as data of actions and as bodies of routes: amounts are decimal text (BigInt reads it), times are ISO text.
//
// Actions (./actions.ts): send, regenerate, editTurn, continueAnswer, stop, chooseBranch, forkConversation, deleteTurns, clearContext,
// clearConversation, deleteConversation, deleteAllConversations, restore, updateConversation, sendPending, cancelPending, previewRequest.
// None of them has the page drawn again: what changed comes back, or over the stream.
//
// Queries for the page (./queries.ts): listPlaygroundModels(userId), listConversations(userId, { query, before }), findConversation(userId, id,
// { before }).
//
// Routes: see playgroundRoutes in routes.ts.

export { parametersSchema } from "./parameters.ts";

export { imageTypes, playgroundLimits } from "./routes.ts";

/** Billionths of the currency unit as decimal text. */
export type Nanos = string;

/** A model of the square as the playground needs it. */
export interface PlaygroundModel {
  name: string;
  vendor: string;
  description: string;
  capabilities: string[];
  hasVision: boolean;
  /** Takes `reasoning_effort` or thinks by itself. */
  canThink: boolean;
  contextTokens: number | null;
  maxOutputTokens: number | null;
  /** Bounds of parameters, refused parameters, recommended values. */
  constraints: ModelConstraints;
  isLocal: boolean;
  group: { id: string; name: string; multiplierPpm: number };
  /** Per million tokens and per request, in the viewer's group; null: it has no price. */
  price: {
    inputNanos: Nanos;
    cachedInputNanos: Nanos | null;
    outputNanos: Nanos;
    reasoningNanos: Nanos | null;
    requestNanos: Nanos;
    hasTiers: boolean;
  } | null;
  isFree: boolean;
  /** Only `available` can be sent to now; others are greyed. */
  state: "available" | "down" | "lost" | "paused" | "unpriced";
  /** The nearest that works, where this one doesn't. */
  insteadName: string | null;
  retiresAt: string | null;
}

/** What somebody keeps under a name: the parameters that are set, a system prompt, and what goes into the composer; each may be nothing. */
export interface OwnPreset {
  id: string;
  name: string;
  systemPrompt: string;
  parameters: z.infer<typeof parametersSchema>;
  prompt: string;
}

export interface ConversationEntry {
  id: string;
  title: string;
  isPinned: boolean;
  /** Not in the list; gone a day after it was begun. */
  isTemporary: boolean;
  /** An answer is running. */
  isRunning: boolean;
  updatedAt: string;
  /** Where a search found it in the text: the passage around it. */
  excerpt: string | null;
}

/** Pinned ones come first, on the first page; then newest first. */
export interface ConversationPage {
  rows: ConversationEntry[];
  /** For the next page; null: that was all. */
  next: string | null;
  /** All that this person has, without temporary ones. */
  total: number;
}

export interface ConversationView {
  id: string;
  title: string;
  isPinned: boolean;
  isTemporary: boolean;
  createdAt: string;
  updatedAt: string;
  /** What the next question is sent with, unless said otherwise. */
  model: string | null;
  systemPrompt: string;
  parameters: z.infer<typeof parametersSchema>;
  /** The branch that is open, oldest first: the last `turnsPerPage`, or those before `before`. */
  turns: TurnView[];
  hasEarlier: boolean;
  /** Answers to the questions in `turns` that were asked for comparison and are not on the branch: siblings with the same compareId. */
  compared: TurnView[];
  /** Messages that wait for the running answer to end; oldest first. */
  pending: TurnView[];
}

/**
 * question: by the person. answer: by a model. clear: nothing above it is sent any more.
 */
export type TurnKind = "question" | "answer" | "clear";

/**
 * done. pending: waits for the running answer. running. stopped: by its person; what there is is kept and was charged. failed: see `error`.
 * interrupted: our process ended in the middle; can be continued.
 */
export type TurnState = "done" | "pending" | "running" | "stopped" | "failed" | "interrupted";

export interface TurnView {
  id: string;
  kind: TurnKind;
  state: TurnState;
  /** The turn above it that is to be seen; null: it is the first. */
  parentId: string | null;
  /** All branches at its place, itself among them, oldest first: ‹ 2 / 3 ›. Length 1: there is no other. */
  siblings: string[];
  /** The same for answers that were asked at once for comparison. */
  compareId: string | null;
  text: string;
  thinking: string;
  /** It goes on where the answer above it stopped: shown as one with that. */
  isContinuation: boolean;
  isEdited: boolean;
  attachments: AttachmentView[];
  createdAt: string;
  answer: AnswerFacts | null;
}

/** What is known of an answer; null: not known (yet). */
export interface AnswerFacts {
  /** Asked for. */
  model: string;
  /** That answered: another one where the first was retired. */
  servedModel: string | null;
  parameters: z.infer<typeof parametersSchema>;
  requestId: string | null;
  inputTokens: number | null;
  cachedTokens: number | null;
  /** With thinking. */
  outputTokens: number | null;
  thinkingTokens: number | null;
  chargeNanos: Nanos | null;
  /** Tokens and money are an estimate of what was sent. */
  isEstimated: boolean;
  /** What could be spent when it was charged. */
  balanceAfterNanos: Nanos | null;
  ttftMs: number | null;
  /** How long it thought before the first word of the answer. */
  thinkingMs: number | null;
  totalMs: number | null;
  tokensPerSecond: number | null;
  /** stop, length, content_filter, … as the upstream says it. */
  finishReason: string | null;
  /** What was not sent, or changed to fit: `images`, a parameter's name, or `name=value`. */
  dropped: string[];
  clamped: string[];
  error: AnswerError | null;
}

/** What one button can do about an error. */
export type ErrorFix =
  | "top-up"
  | "other-model"
  | "shorten"
  | "parameters"
  | "retry"
  | "continue"
  | "sign-in"
  | "accept-terms"
  | "ask-staff";

export interface AnswerError {
  /** Of errors.ts, or `unreachable`. */
  code: string;
  zh: string;
  en: string;
  move: Move;
  fix: ErrorFix;
  /** Where the button leads, if it is a page: /balance, /sign-in. */
  href: string | null;
  retryAfterSeconds: number | null;
}

export interface AttachmentView {
  id: string;
  kind: "image" | "pdf" | "text";
  name: string;
  mediaType: string;
  bytes: number;
  /** Of a PDF. */
  pages: number | null;
  /** About; of what is sent. */
  tokens: number;
  /** Only the beginning was kept. */
  isCut: boolean;
}

export interface StreamPosition {
  turnId: string;
  /** UTF-16 length of what is there. */
  thinking: number;
  text: number;
}

export type StreamEvent =
  /** A turn that is new here, or all of one as it is now: at its end with its numbers. */
  | { type: "turn"; turn: TurnView }
  /** More of a running turn: pieces begin at these lengths; what is there already is left out. */
  | { type: "delta"; turnId: string; thinkingAt: number; thinking: string; textAt: number; text: string }
  /** The title changed. */
  | { type: "title"; title: string }
  /** Nothing runs any more; the stream ends. */
  | { type: "idle" };

const id = z.uuid();
/** PostgreSQL keeps no NUL, and nobody types one. */
const withoutNul = (value: string) => value.replaceAll("\0", "");
const text = z.string().max(playgroundLimits.textLength).overwrite(withoutNul);
const systemPrompt = z.string().max(playgroundLimits.systemPromptLength).overwrite(withoutNul);
const model = z.string().min(1).max(200).overwrite(withoutNul);
const attachmentIds = z.array(id).max(playgroundLimits.attachmentsPerTurn).default([]);

/** What a question, or another answer, is asked with. */
const settings = {
  /** Of what is asked: sent again with the same one, it is answered as it is by then, and nothing is asked twice. */
  askId: id.optional(),
  /** Left out: as the conversation has it; the conversation then keeps what is given. */
  systemPrompt: systemPrompt.optional(),
  parameters: parametersSchema.optional(),
};

/**
 * `conversationId` null: begins one. `parentId` left out: at the end of the open branch. While an answer runs there the message waits (`pending`).
 * More than one model: one answer of each, to be compared. Data: SendResult.
 */
export const sendInput = z
  .object({
    conversationId: id.nullable(),
    isTemporary: z.boolean().default(false),
    parentId: id.nullable().optional(),
    text,
    attachmentIds,
    models: z.array(model).min(1).max(playgroundLimits.comparedModels),
    ...settings,
  })
  .refine((input) => input.text.trim() !== "" || input.attachmentIds.length > 0);
export interface SendResult {
  conversationId: string;
  /** A new one is named after its first question. */
  title: string;
  /** What to show at once; for `answers` follow the stream. */
  question: TurnView;
  answers: TurnView[];
}

/** Another answer to the same question, as a branch. `model` left out: the same. Data: SendResult. */
export const regenerateInput = z.object({ turnId: id, model: model.optional(), ...settings });

/** `rerun` false: the turn itself is changed. True, of a question only: a new branch with its answer. Data: { turn } or SendResult. */
export const editTurnInput = z.object({
  turnId: id,
  text: text.min(1),
  rerun: z.boolean(),
  model: model.optional(),
  /** Of a rerun; left out: those of the question. */
  attachmentIds: z.array(id).max(playgroundLimits.attachmentsPerTurn).optional(),
  ...settings,
});
export interface EditResult {
  /** The changed turn, where it was not rerun. */
  turn: TurnView | null;
  sent: SendResult | null;
}

/** An answer below this one that goes on where it stopped. Data: SendResult with the question above. */
export const continueInput = z.object({ turnId: id, model: model.optional(), ...settings });

/** Ends one running answer, or all of the conversation; what there is is kept and charged. Data: { stopped }: how many. */
export const stopInput = z.object({ conversationId: id, turnId: id.optional() });

/** Opens the branch of this turn. Data: ConversationView. */
export const chooseBranchInput = z.object({ turnId: id });

/** A new conversation with the branch down to this turn. Data: { conversationId }. */
export const forkInput = z.object({ turnId: id });

/** "one": the turn alone, what is below it moves up. "from-here": it and all below. Data: DeletionResult. */
export const deleteTurnsInput = z.object({ turnId: id, scope: z.enum(["one", "from-here"]) });
export interface DeletionResult {
  /** For `restore`, for 10 s on the page and a day on the server. */
  deletionId: string;
  count: number;
}

/** clearContext: adds a divider; data { turn }, undone by deleteTurns. clearConversation: deletes its turns; data DeletionResult. */
export const conversationInput = z.object({ conversationId: id });

/** Of deleteAllConversations: data DeletionResult. */
export const deleteAllInput = z.object({ all: z.literal(true) });

/** Data: { count }. */
export const restoreInput = z.object({ deletionId: id });

export const updateConversationInput = z.object({
  conversationId: id,
  title: z.string().overwrite(withoutNul).trim().min(1).max(playgroundLimits.titleLength).optional(),
  isPinned: z.boolean().optional(),
  systemPrompt: systemPrompt.optional(),
  parameters: parametersSchema.optional(),
  model: model.nullable().optional(),
  /** False: keeps a temporary one. */
  isTemporary: z.literal(false).optional(),
});

/** sendPending, where the answer it waited for did not end well: data SendResult. cancelPending: data { text, attachments }. */
export const pendingInput = z.object({ turnId: id });

/** What would be sent. Data: RequestPreview. */
export const previewInput = z.object({
  conversationId: id.nullable(),
  parentId: id.nullable().optional(),
  text,
  attachmentIds,
  model,
  ...settings,
});
export interface RequestPreview {
  /** Messages, with the system prompt and the new question. */
  messages: number;
  /** About. */
  inputTokens: number;
  /** About; of the input alone, without what a cache saves. Null: no price. */
  inputNanos: Nanos | null;
  contextTokens: number | null;
  /** `images` where the model can't see. */
  dropped: string[];
  droppedImages: number;
  /** For "view code": what is asked, and the pictures that have to stand beside the code. */
  asked: Asked;
  files: AskedFile[];
}
