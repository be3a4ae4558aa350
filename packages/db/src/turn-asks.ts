import { AppError, newId } from "@lyceum/domain";
import { storedAskId } from "./ask-id.ts";
import { attachToTurn } from "./attachments.ts";
import type { Tx } from "./client.ts";
import {
  type LockedConversation,
  lockConversation,
  lockConversationOfTurn,
  openBranchOf,
  pointTo,
} from "./conversation-lock.ts";
import type { Prisma } from "./generated/client.ts";
import {
  type AskLimits,
  checkConversations,
  checkFree,
  checkRuns,
  checkText,
  checkTurns,
  lockPerson,
  tooManyAtOnce,
} from "./turn-limits.ts";

/** An answer says that it is under way at least this often, else it is taken for interrupted. */
export const TURN_SILENCE_MS = 10_000;
const temporaryMs = 86_400_000;
const longestAutomaticTitle = 60;

/** What a question or another answer is asked with. */
export type AskSettings = {
  /** The page's own for what it asks: asked for once, however often it is sent. */
  readonly askId?: string | undefined;
  /** Left out: as the conversation has it; what is given, the conversation keeps. */
  readonly systemPrompt?: string | undefined;
  readonly parameters?: object | undefined;
};

export type Question = AskSettings & {
  /** Null: begins one. */
  readonly conversationId: string | null;
  readonly isTemporary: boolean;
  /** Left out: at the end of the open branch. */
  readonly parentId?: string | null | undefined;
  readonly text: string;
  readonly attachmentIds: readonly string[];
  /** One answer of each. */
  readonly models: readonly string[];
};

/** What was asked: answers are running, and somebody has to run them, once this is committed. */
export type Asked = {
  readonly conversationId: string;
  readonly questionId: string;
  readonly answerIds: readonly string[];
};

/** Asks a question, in a new conversation or in one of this person's; where an answer runs there it waits, without answers. */
export async function askQuestion(tx: Tx, userId: string, question: Question, limits: AskLimits): Promise<Asked> {
  await lockPerson(tx, userId);
  await checkText(tx, userId, limits);
  const conversation =
    question.conversationId === null
      ? await beginConversation(tx, userId, question, limits)
      : await lockConversation(tx, userId, question.conversationId);
  await checkTurns(tx, conversation.id, limits);
  const isWaiting = conversation.running.length > 0;
  if (isWaiting && conversation.pending.length >= limits.pendingPerConversation)
    throw tooManyAtOnce(
      "这个对话中等待的消息",
      "Messages that wait in this conversation",
      limits.pendingPerConversation,
    );
  if (!isWaiting) await checkRuns(tx, userId, question.models.length, limits);
  const { parentId = conversation.tree.openBranch().at(-1)?.id ?? null } = question;
  if (parentId !== null && conversation.tree.find(parentId) === null) throw new AppError("not_found");
  const questionId = newId();
  const parameters = (question.parameters ?? conversation.parameters) as Prisma.InputJsonValue;
  await tx.turn.create({
    data: {
      id: questionId,
      conversationId: conversation.id,
      parentId: isWaiting ? null : parentId,
      kind: "question",
      state: isWaiting ? "pending" : "done",
      text: question.text,
      models: [...question.models],
      parameters,
      askId: askIdOf(userId, question),
    },
    select: { id: true },
  });
  await attachToTurn(tx, userId, questionId, question.attachmentIds);
  const title = question.text.trim() === "" ? await firstFileName(tx, questionId) : question.text;
  await touch(tx, conversation, { ...question, title }, Buffer.byteLength(question.text));
  if (isWaiting) return { conversationId: conversation.id, questionId, answerIds: [] };
  if (parentId !== null) await openBranchOf(tx, conversation, parentId);
  await pointTo(tx, conversation.id, parentId, questionId);
  const answerIds = await addAnswers(tx, conversation.id, questionId, question.models, parameters);
  return { conversationId: conversation.id, questionId, answerIds };
}

export type AnotherAnswer = AskSettings & {
  /** Left out: the one that answered. */
  readonly model?: string | undefined;
};

/** Another answer beside one of this person's, as a branch. Throws `not_found` for what is no answer. */
export async function askAgain(
  tx: Tx,
  userId: string,
  answerId: string,
  again: AnotherAnswer,
  limits: AskLimits,
): Promise<Asked> {
  await lockPerson(tx, userId);
  const { conversation, node } = await lockConversationOfTurn(tx, userId, answerId);
  const answer = await answerOf(tx, node.id);
  // A continuation's other branch goes on from the same partial answer.
  const parent = conversation.tree.parent(node.id);
  await checkFree(tx, userId, conversation, limits);
  const { model, parameters, isContinuation } = answer;
  return addAnswer(tx, userId, conversation, parent?.id ?? null, {
    model: again.model ?? model,
    parameters: again.parameters ?? parameters,
    settings: again,
    isContinuation,
  });
}

/** An answer below one of this person's that ended before its time, and goes on from there. */
export async function askToContinue(
  tx: Tx,
  userId: string,
  answerId: string,
  again: AnotherAnswer,
  limits: AskLimits,
): Promise<Asked> {
  await lockPerson(tx, userId);
  const { conversation, node } = await lockConversationOfTurn(tx, userId, answerId);
  const answer = await answerOf(tx, node.id);
  await checkFree(tx, userId, conversation, limits);
  return addAnswer(tx, userId, conversation, node.id, {
    model: again.model ?? answer.model,
    parameters: again.parameters ?? answer.parameters,
    settings: again,
    isContinuation: true,
  });
}

/** A question of this person's in other words, as a branch of its own, with its answer. */
export async function askInOtherWords(
  tx: Tx,
  userId: string,
  questionId: string,
  changed: AnotherAnswer & { text: string; attachmentIds?: readonly string[] | undefined },
  limits: AskLimits,
): Promise<Asked> {
  await lockPerson(tx, userId);
  const { conversation, node } = await lockConversationOfTurn(tx, userId, questionId);
  if (node.kind !== "question") throw new AppError("not_found");
  await checkFree(tx, userId, conversation, limits);
  const [{ models }, attached] = [
    await tx.turn.findUniqueOrThrow({ where: { id: node.id }, select: { models: true } }),
    await tx.turnAttachment.findMany({
      where: { turnId: node.id },
      orderBy: { place: "asc" },
      select: { attachmentId: true },
    }),
  ];
  const asked = changed.model === undefined ? models : [changed.model];
  return askQuestion(
    tx,
    userId,
    {
      conversationId: conversation.id,
      isTemporary: false,
      parentId: conversation.tree.parent(node.id)?.id ?? null,
      text: changed.text,
      attachmentIds: changed.attachmentIds ?? attached.map(({ attachmentId }) => attachmentId),
      models: asked,
      systemPrompt: changed.systemPrompt,
      parameters: changed.parameters,
      askId: changed.askId,
    },
    limits,
  );
}

/** Asks the oldest of the messages that wait, or one of them; null: none waits. Its answers have to be run. `limits` null: another one has just ended. */
export async function askPending(
  tx: Tx,
  userId: string,
  conversation: LockedConversation,
  turnId: string | null,
  limits: AskLimits | null = null,
): Promise<Asked | null> {
  if (limits !== null) await checkFree(tx, userId, conversation, limits);
  const id = turnId ?? conversation.pending[0];
  if (id === undefined || !conversation.pending.includes(id)) return null;
  const parentId = conversation.tree.openBranch().at(-1)?.id ?? null;
  const turn = await tx.turn.update({
    where: { id, conversation: { userId } },
    data: { state: "done", parentId },
    select: { models: true, parameters: true },
  });
  if (parentId !== null) await openBranchOf(tx, conversation, parentId);
  await pointTo(tx, conversation.id, parentId, id);
  const answerIds = await addAnswers(tx, conversation.id, id, turn.models, turn.parameters as Prisma.InputJsonValue);
  return { conversationId: conversation.id, questionId: id, answerIds };
}

async function beginConversation(
  tx: Tx,
  userId: string,
  { isTemporary }: Question,
  limits: AskLimits,
): Promise<LockedConversation> {
  if (!isTemporary) await checkConversations(tx, userId, limits);
  const id = newId();
  const expiresAt = isTemporary ? new Date(Date.now() + temporaryMs) : null;
  await tx.conversation.create({ data: { id, userId, expiresAt }, select: { id: true } });
  return lockConversation(tx, userId, id);
}

async function addAnswer(
  tx: Tx,
  userId: string,
  conversation: LockedConversation,
  parentId: string | null,
  answer: { model: string; parameters: object; settings: AskSettings; isContinuation: boolean },
): Promise<Asked> {
  const { model, settings, isContinuation } = answer;
  const parameters = answer.parameters as Prisma.InputJsonValue;
  if (parentId !== null) await openBranchOf(tx, conversation, parentId);
  const answerIds = await addAnswers(tx, conversation.id, parentId, [model], parameters, isContinuation);
  const [id] = answerIds;
  if (id !== undefined)
    await tx.turn.update({ where: { id }, data: { askId: askIdOf(userId, settings) }, select: { id: true } });
  await touch(tx, conversation, { ...settings, title: "", models: [model] }, 0);
  const questionId = conversation.tree.branchTo(parentId ?? "").findLast(({ kind }) => kind === "question")?.id;
  if (questionId === undefined) throw new AppError("not_found");
  return { conversationId: conversation.id, questionId, answerIds };
}

/** Answers that run from now on; more than one are compared, and the first of them is open. */
async function addAnswers(
  tx: Tx,
  conversationId: string,
  parentId: string | null,
  models: readonly string[],
  parameters: Prisma.InputJsonValue,
  isContinuation = false,
): Promise<string[]> {
  const compareId = models.length > 1 ? newId() : null;
  // Ids of one millisecond are in no order, and siblings are ordered by them.
  const now = Date.now();
  const rows = models.map((model, index) => ({ id: newId(now + index), model }));
  await tx.turn.createMany({
    data: rows.map(({ id, model }) => ({
      ...{ id, conversationId, parentId, compareId, parameters, isContinuation },
      kind: "answer",
      state: "running",
      models: [model],
      aliveUntil: new Date(),
    })),
  });
  await tx.$executeRaw`update turn set alive_until = clock_timestamp() + make_interval(secs => ${TURN_SILENCE_MS / 1_000})
    where id = any(${rows.map(({ id }) => id)}::uuid[])`;
  const first = rows[0];
  if (first !== undefined) await pointTo(tx, conversationId, parentId, first.id);
  return rows.map(({ id }) => id);
}

const askIdOf = (userId: string, { askId }: AskSettings) => (askId === undefined ? null : storedAskId(userId, askId));

async function answerOf(tx: Tx, id: string) {
  const turn = await tx.turn.findUniqueOrThrow({
    where: { id },
    select: { kind: true, models: true, parameters: true, isContinuation: true },
  });
  const model = turn.models[0];
  if (turn.kind !== "answer" || model === undefined) throw new AppError("not_found");
  return { model, parameters: (turn.parameters ?? {}) as object, isContinuation: turn.isContinuation };
}

/** What the conversation keeps of a question: its settings, its time, and a title where it has none. */
async function touch(
  tx: Tx,
  conversation: LockedConversation,
  question: AskSettings & { title: string; models: readonly string[] },
  bytes: number,
): Promise<void> {
  const { systemPrompt, parameters, models } = question;
  const title = conversation.isNamed || conversation.title !== "" ? null : automaticTitle(question.title);
  await tx.conversation.update({
    where: { id: conversation.id },
    data: {
      updatedAt: new Date(),
      textBytes: { increment: bytes },
      ...(models[0] !== undefined && { model: models[0] }),
      ...(systemPrompt !== undefined && { systemPrompt }),
      ...(parameters !== undefined && { parameters: parameters as Prisma.InputJsonObject }),
      ...(title !== null && { title }),
    },
    select: { id: true },
  });
}

/** The first line that says something, cut between words of a western language where one ends near. */
export function automaticTitle(text: string): string {
  const line =
    text
      .split("\n")
      .map((each) => each.trim().replace(/\s+/g, " "))
      .find((each) => each !== "") ?? "";
  const characters = Array.from(line);
  if (characters.length <= longestAutomaticTitle) return line;
  const cut = characters.slice(0, longestAutomaticTitle - 1).join("");
  const blank = cut.lastIndexOf(" ");
  return `${blank > cut.length / 2 ? cut.slice(0, blank) : cut}…`;
}

async function firstFileName(tx: Tx, turnId: string): Promise<string> {
  const first = await tx.turnAttachment.findFirst({
    where: { turnId },
    orderBy: { place: "asc" },
    select: { attachment: { select: { name: true } } },
  });
  return first?.attachment.name ?? "";
}
