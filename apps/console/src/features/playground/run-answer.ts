import "server-only";
import {
  type Asked,
  type Db,
  endTurn,
  findTurnCharge,
  getSessionUser,
  keepTurn,
  noteTurnCharge,
  noteTurnRequest,
  type TurnCharge,
  type TurnEnd,
} from "@lyceum/db";
import { AppError, createSessionCredential, SESSION_CREDENTIAL_MS, toAppError } from "@lyceum/domain";
import { errorOfApp } from "./answer-error.ts";
import type { AnswerRoom } from "./answer-room.ts";
import { type AnswerHead, askGateway, type GatewayAnswer } from "./ask-gateway.ts";
import { LiveRun, type LiveRuns } from "./live-runs.ts";
import { prepareAnswer } from "./prepare.ts";
import { readBody } from "./request-body.ts";

/** What has come is in the database after so long at most: whoever loads the page finds it, and a restart loses no more. */
const keepEveryMs = 500;
/** Where nothing comes: that it is under way is said a few times before it would be taken for dead. */
const sayEveryMs = 2_500;
/** No answer takes longer, or is longer. */
const longestMs = 60 * 60_000;
const mostLength = 2_000_000;
/** The books of an answer that was stopped are closed by the gateway a moment later. */
const chargeWaitsMs = [0, 50, 150, 300, 500, 1_000, 2_000, 4_000];

/** Every edge of a run to the world. */
export interface RunEdges {
  db: Db;
  runs: LiveRuns;
  room: AnswerRoom;
  gatewayUrl: string;
  /** Of the credential: deriveSecret(LYCEUM_SECRET, "gateway-session"). */
  sessionKey: Buffer;
}

/** Runs the answers of a question, in this process and whether or not anybody looks on. Returns when all of them, and what waited for them, are over. */
export async function runAnswers(edges: RunEdges, userId: string, asked: Asked): Promise<void> {
  await Promise.all(
    asked.answerIds.map(async (id) => {
      const run = new LiveRun(id, asked.conversationId);
      edges.runs.add(run);
      try {
        const { next, requestId } = await runAnswer(edges, userId, run);
        await Promise.all([
          next === null ? null : runAnswers(edges, userId, next),
          waitForCharge(edges.db, userId, id, requestId).finally(() => edges.runs.remove(run)),
        ]);
      } catch (error) {
        // Its row says it is running until its time is over, and interrupted from then on.
        console.error("an answer of the playground could not be carried out", error);
      } finally {
        edges.runs.remove(run);
      }
    }),
  );
}

/** `requestId`: of a request whose charge isn't known yet. */
async function runAnswer(
  edges: RunEdges,
  userId: string,
  run: LiveRun,
): Promise<{ next: Asked | null; requestId: string | null }> {
  const { db, runs } = edges;
  const keeper = keepWhile(db, run);
  const tooLong = setTimeout(() => run.end("cut"), longestMs);
  let came: Awaited<ReturnType<typeof ask>> | null = null;
  let failure: AppError | null = null;
  try {
    came = await ask(edges, userId, run);
  } catch (error) {
    // Stopped while it waited for room.
    if (error !== run.signal.reason) failure = toAppError(error);
    if (failure?.code === "internal") console.error("an answer of the playground failed", error);
  } finally {
    clearTimeout(tooLong);
    await keeper.end();
  }
  if (run.signal.aborted && run.why === null) return { next: null, requestId: null };
  const requestId = came === null || came.answer.isRefused ? null : (came.head?.requestId ?? null);
  // A whole answer's charge is durable before its end comes: the page gets both at once. That of one we cut off ourselves comes a moment
  // later; whatever isn't found then (the books may wait in a spool) is found when somebody opens the conversation.
  const charge = requestId === null ? null : await noteCharge(db, userId, run.turnId, requestId);
  const next = await endTurn(db, userId, run.turnId, endOf(run, came?.answer ?? null, failure, charge));
  run.revision++;
  runs.tell(run.conversationId);
  return { next, requestId: charge !== null || run.why === null ? null : requestId };
}

async function waitForCharge(db: Db, userId: string, turnId: string, requestId: string | null): Promise<void> {
  if (requestId === null) return;
  for (const waitMs of chargeWaitsMs) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    if ((await noteCharge(db, userId, turnId, requestId)) !== null) return;
  }
}

async function ask(edges: RunEdges, userId: string, run: LiveRun) {
  const { db, runs, room, gatewayUrl } = edges;
  let leave = () => {};
  const hold = async (bytes: number) => {
    leave = await room.take(bytes, run.signal);
  };
  try {
    const { dropped, ...request } = await requestOf(edges, userId, run, hold);
    let head: AnswerHead | null = null;
    let noted: Promise<void> = Promise.resolve();
    const answer = await askGateway({
      ...{ url: gatewayUrl, ...request, signal: run.signal, onSent: leave },
      onHead(came) {
        head = { ...came, dropped: [...dropped, ...came.dropped] };
        noted = noteTurnRequest(db, run.turnId, head);
        // Awaited below; until then nobody else would listen.
        noted.catch(() => undefined);
      },
      onText({ thinking, answer: text }) {
        // The database keeps no NUL.
        run.thinking += thinking.replaceAll("\0", "");
        run.text += text.replaceAll("\0", "");
        if (run.text.length + run.thinking.length > mostLength) run.end("cut");
        runs.tell(run.conversationId);
      },
    });
    await noted;
    return { answer, head: head as AnswerHead | null };
  } finally {
    leave();
  }
}

/** Apart from `ask`, so that what it was made from is let go of when it is made. */
async function requestOf(
  { db, sessionKey }: RunEdges,
  userId: string,
  run: LiveRun,
  hold: (bytes: number) => Promise<void>,
) {
  const person = await getSessionUser(db, userId);
  if (person === null) throw new AppError("account_disabled");
  const answer = { id: run.turnId, conversationId: run.conversationId };
  const prepared = await prepareAnswer(db, userId, answer, hold);
  const credential = createSessionCredential(sessionKey, {
    ...{ userId, groupId: prepared.groupId, purpose: "playground", sessionVersion: person.sessionVersion },
    expiresAt: Date.now() + SESSION_CREDENTIAL_MS,
  });
  const dropped = prepared.droppedImages > 0 ? ["images"] : [];
  return { credential, dropped, body: await readBody(db, userId, prepared) };
}

/** Tokens are those of the books, where these have them already. */
function endOf(
  run: LiveRun,
  answer: GatewayAnswer | null,
  failure: AppError | null,
  charge: TurnCharge | null,
): TurnEnd {
  const error = failure === null ? (answer?.error ?? null) : errorOfApp(failure);
  // What was whole before Stop reached it is no part of an answer.
  const isStopped = run.why === "stopped" && answer?.isWhole !== true;
  return {
    state: isStopped ? "stopped" : error === null ? "done" : "failed",
    ...{ text: run.text, thinking: run.thinking, error: isStopped ? null : error },
    ttftMs: answer?.ttftMs ?? null,
    thinkingMs: answer?.thinkingMs ?? null,
    totalMs: answer?.totalMs ?? null,
    tokensPerSecond: answer?.tokensPerSecond ?? null,
    finishReason: answer?.finishReason ?? (run.why === "cut" ? "length" : null),
    inputTokens: charge?.inputTokens ?? answer?.inputTokens ?? null,
    cachedTokens: charge?.cachedTokens ?? answer?.cachedTokens ?? null,
    outputTokens: charge?.outputTokens ?? answer?.outputTokens ?? null,
    thinkingTokens: charge?.thinkingTokens ?? answer?.thinkingTokens ?? null,
  };
}

async function noteCharge(db: Db, userId: string, turnId: string, requestId: string): Promise<TurnCharge | null> {
  const charge = await findTurnCharge(db, userId, requestId);
  if (charge !== null) await noteTurnCharge(db, userId, turnId, charge);
  return charge;
}

/** Writes down what has come, one write after the other, and hears of a stop that was asked for elsewhere. */
function keepWhile(db: Db, run: LiveRun): { end(): Promise<void> } {
  let kept = 0;
  let saidAt = performance.now();
  let isWriting = false;
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    const length = run.text.length + run.thinking.length;
    if (length === kept && performance.now() - saidAt < sayEveryMs) return;
    const came = length === kept ? null : { text: run.text, thinking: run.thinking };
    const { isOurs, isStopAsked } = await keepTurn(db, run.turnId, came);
    kept = length;
    saidAt = performance.now();
    if (!isOurs) run.abandon();
    else if (isStopAsked) run.end("stopped");
  };
  const timer = setInterval(() => {
    if (isWriting) return;
    isWriting = true;
    writing = write()
      .catch((error: unknown) => console.error("an answer of the playground could not be kept", error))
      .finally(() => {
        isWriting = false;
      });
  }, keepEveryMs);
  return {
    async end() {
      clearInterval(timer);
      await writing;
    },
  };
}
