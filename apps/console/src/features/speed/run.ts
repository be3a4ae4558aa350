import "server-only";
import { randomBytes } from "node:crypto";
import {
  addSpeedSample,
  type Db,
  endSpeedRun,
  findRequestFacts,
  keepSpeedRun,
  SPEED_RUN_SILENCE_MS,
  type SpeedRunPlan,
  type SpeedRunState,
} from "@lyceum/db";
import { createSessionCredential, decodeRate, SESSION_CREDENTIAL_MS, speedProtocol } from "@lyceum/domain";
import type { SpeedEvent } from "./events.ts";
import { type Measured, measureOnce } from "./measure.ts";
import { speedPrompt } from "./prompts.ts";

/** Text goes to the page in pieces of so long: more often is more than anybody sees, and would disturb what is measured. */
const textEveryMs = 100;

/** Refusals that further requests would only meet again: money, and limits. */
const endings: ReadonlySet<number> = new Set([401, 402, 403, 429]);

export interface SpeedRunOptions {
  db: Db;
  runId: string;
  person: { id: string; sessionVersion: number };
  plan: SpeedRunPlan;
  /** The group each model is asked for as a member of. */
  groupOf: ReadonlyMap<string, string>;
  gatewayUrl: string;
  /** Of the credential: deriveSecret(LYCEUM_SECRET, "gateway-session"). */
  sessionKey: Buffer;
  /** Ends the run at once; what was measured stays. */
  signal: AbortSignal;
  emit: (event: SpeedEvent) => void;
}

type End = { state: Exclude<SpeedRunState, "running">; code: string | null };

/**
 * Carries out a run: one model after the other, a warm-up and then as many requests at a time as the plan says, so that nothing else of
 * ours disturbs the one that is measured. Each sample is kept as soon as it is there. Resolves when the run has ended, however it did.
 */
export async function carryOutSpeedRun(options: SpeedRunOptions): Promise<void> {
  const { db, runId, emit } = options;
  const given = new AbortController();
  const keeper = setInterval(() => {
    keepSpeedRun(db, runId).then(
      (isKept) => {
        if (!isKept) given.abort();
      },
      (error: unknown) => console.error("a speed test could not say that it is under way", error),
    );
  }, SPEED_RUN_SILENCE_MS / 3);
  const signal = AbortSignal.any([options.signal, given.signal]);
  let end: End = { state: "failed", code: "internal" };
  try {
    emit({ type: "begin", runId });
    end = await measureModels({ ...options, signal });
  } catch (error) {
    console.error("a speed test failed", error);
  } finally {
    clearInterval(keeper);
    await endSpeedRun(db, runId, end.state, end.code);
    emit({ type: "end", runId, state: end.state, problem: end.code });
  }
}

async function measureModels(options: SpeedRunOptions): Promise<End> {
  const beganAt = performance.now();
  for (const model of options.plan.models) {
    const end = await measureModel(options, model, beganAt);
    if (end !== null) return end;
  }
  return { state: "finished", code: null };
}

/** Null: go on with the next model. */
async function measureModel(options: SpeedRunOptions, model: string, beganAt: number): Promise<End | null> {
  const { plan } = options;
  const nonce = newNonce();
  let end: End | null = null;
  const one = async (place: number) => {
    const result = await measureOne(options, model, place, plan.isCached ? nonce : newNonce(), beganAt);
    if (result.errorCode === "stopped") end ??= { state: "stopped", code: null };
    else if (endings.has(result.httpStatus ?? 0)) end ??= { state: "failed", code: result.errorCode };
    return result;
  };
  for (let place = 1 - speedProtocol.warmUps; place <= 0; place++) {
    const { errorCode } = await one(place);
    // Who doesn't answer the warm-up would not answer ten times.
    if (end !== null || errorCode !== null) return end;
  }
  let next = 1;
  const lane = async () => {
    while (next <= plan.runs && end === null && !options.signal.aborted) await one(next++);
  };
  await Promise.all(Array.from({ length: plan.concurrency }, lane));
  return end;
}

async function measureOne(
  { db, runId, person, plan, groupOf, gatewayUrl, sessionKey, signal, emit }: SpeedRunOptions,
  model: string,
  place: number,
  nonce: string,
  beganAt: number,
): Promise<Measured> {
  const since = (at: number) => at - beganAt;
  let text = "";
  let pieces = 0;
  let toldAt = 0;
  const tell = (at: number) => {
    if (pieces > 0) emit({ type: "text", model, place, text, pieces, atMs: since(at) });
    text = "";
    pieces = 0;
    toldAt = at;
  };
  const credential = createSessionCredential(sessionKey, {
    userId: person.id,
    groupId: groupOf.get(model) ?? "",
    purpose: "speed",
    sessionVersion: person.sessionVersion,
    expiresAt: Date.now() + SESSION_CREDENTIAL_MS,
  });
  emit({ type: "sent", model, place, atMs: since(performance.now()) });
  const measured = await measureOnce({
    url: gatewayUrl,
    credential,
    model,
    prompt: speedPrompt(plan.prompt, plan.language, nonce),
    signal,
    onText(more, count, at) {
      text += more;
      pieces += count;
      if (at - toldAt >= textEveryMs) tell(at);
    },
  });
  tell(performance.now());
  const { figures, usage, requestId, errorCode, httpStatus } = measured;
  const facts = requestId === null ? null : await findRequestFacts(db, person.id, requestId);
  await addSpeedSample(db, runId, {
    ...{ model, place, requestId, sentAfterMs: since(measured.sentAt), ...figures, errorCode, httpStatus },
    inputTokens: usage?.input ?? null,
    cachedTokens: usage?.cached ?? null,
    channelId: facts?.channelId ?? null,
    upstreamTtftMs: facts?.upstreamTtftMs ?? null,
    chargeNanos: facts?.chargeNanos ?? null,
  });
  const { ttftMs, tpotMs } = figures;
  emit({ type: "done", model, place, ttftMs, tokensPerSecond: decodeRate(tpotMs), problem: errorCode });
  return measured;
}

function newNonce(): string {
  return randomBytes(6).toString("hex");
}
