import type { DeploymentConfig, ModelConfig } from "@lyceum/db/gateway-config";
import { AppError, type HealthSign, type ModelCheck, type TokenUsage } from "@lyceum/domain";
import { wireOf } from "../embeddings/embedding-wires.ts";
import type { Route } from "../health/route.ts";
import { scrub } from "../pipeline/scrub.ts";
import { type Failure, failureOfFault, failureOfReply, failureOfStatus } from "../pipeline/upstream-errors.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { type Collected, collect } from "./collect.ts";
import { parsedBody } from "./probe-errors.ts";
import { type TrialTarget, trialRequest } from "./trial-request.ts";

/** Whoever takes longer for a word is of no use to anybody who waits for one, whatever a channel's own limits are. */
const LONGEST_MS = 60_000;
/** Where a channel has less patience for a first token, a probe has so much more: its few tokens come as a whole. */
const LEAST_MS = 10_000;

/** Where a probe goes: a deployment, the credential that it goes with, and the model that it is to serve. */
export type ProbeTarget = Route & { readonly model: Pick<ModelConfig, "name" | "capabilities" | "constraints"> };

/** What one probe found. */
export type Probed = {
  readonly check: ModelCheck;
  /** Null: nothing, because it could not be made. */
  readonly sign: HealthSign | null;
  /** Scrubbed words for an administrator; "" where it passed. */
  readonly error: string;
  readonly retryAfterMs: number | null;
  /** Whether it has shown what it was asked for: true, or not (false), or its answer leaves that open. */
  readonly isShown: boolean | null;
  /** 0: no answer came. */
  readonly status: number;
  readonly totalMs: number;
  readonly ttftMs: number | null;
  /** Null: not reported. */
  readonly usage: TokenUsage | null;
};

/**
 * Asks a deployment for very little, as a request of its channel would: with its credential, overrides and constraints. Never rejects, and is over
 * after a minute or so. Null: its protocol has no way to ask for that.
 */
export async function probeDeployment(
  upstream: Upstream,
  target: ProbeTarget,
  check: ModelCheck,
): Promise<Probed | null> {
  const { deployment, credential, model } = target;
  const provider = findProvider(deployment.channel.protocol);
  if (provider === null) return null;
  const to: TrialTarget = {
    channel: impatient(deployment.channel),
    credential: credential.secret,
    provider,
    protocol: protocolOf(provider.protocol),
    upstreamModel: deployment.upstreamModel,
    constraints: model.constraints,
  };
  let request: ReturnType<typeof trialRequest>;
  try {
    request = trialRequest(check, to);
  } catch (error) {
    // The protocol has no words for it.
    if (error instanceof AppError && error.code === "invalid_request") return null;
    throw error;
  }
  if (request === null) return null;
  const collected = await collect(upstream, request, check === "stream" ? to.protocol : null);
  return readProbe(collected, check, to);
}

/** What is silent is asked again soon enough only if each probe of it ends soon. */
function impatient(channel: DeploymentConfig["channel"]): DeploymentConfig["channel"] {
  const longestMs = Math.min(LONGEST_MS, Math.max(LEAST_MS, channel.firstTokenTimeoutMs ?? LONGEST_MS));
  return {
    ...channel,
    idleTimeoutMs: Math.min(channel.idleTimeoutMs, longestMs),
    totalTimeoutMs: Math.min(channel.totalTimeoutMs, longestMs),
  };
}

function readProbe(collected: Collected, check: ModelCheck, to: TrialTarget): Probed {
  const names = { requested: to.upstreamModel, upstream: "", credential: to.credential };
  const { totalMs } = collected;
  const none = { check, error: "", retryAfterMs: null, isShown: null, status: 0, totalMs, ttftMs: null, usage: null };
  const failed = (failure: Failure, status: number): Probed => ({
    ...none,
    ...{ status, sign: failure.sign, error: scrub(failure.error.detail ?? failure.error.code, names) },
    retryAfterMs: failure.retryAfterMs ?? null,
    // A refusal of what is asked says that it can't; what a broken server or an empty account could, nobody knows.
    isShown: failure.sign === "request" ? false : null,
  });
  if (collected.kind === "fault") return failed(failureOfFault(collected.fault, names), 0);
  const { status, headers, body } = collected;
  if (status >= 300) {
    const complaint = to.protocol.readComplaint(body);
    return failed(
      failureOfStatus({ status, headers, complaint, text: body.toString("utf8", 0, 8_192) }, names),
      status,
    );
  }
  const read = check === "stream" ? readStream(collected, to) : readWhole(check, body, to);
  if (read === null)
    return failed(failureOfReply(collected.complaint ?? to.protocol.readComplaint(body), names), status);
  const ttftMs = check === "stream" ? collected.firstOutputMs : null;
  return { ...none, ...read, sign: "passed", status, ttftMs };
}

type Read = Pick<Probed, "isShown" | "usage">;

/** Null: that is no answer. */
function readStream({ sample, complaint, isFinished, usage, body }: AnswerOf, to: TrialTarget): Read | null {
  if (complaint !== null) return null;
  if (sample !== null || isFinished) return { isShown: true, usage };
  // Asked for a stream, it answers in one piece.
  const whole = to.protocol.decodeReply(parsedBody(body));
  return whole === null ? null : { isShown: false, usage: whole.usage };
}

type AnswerOf = Extract<Collected, { kind: "answer" }>;

function readWhole(check: ModelCheck, body: Buffer, to: TrialTarget): Read | null {
  const value = parsedBody(body);
  if (check === "embedding") {
    const reply = wireOf(to.provider.protocol)?.decodeReply(value) ?? null;
    const isVector = reply?.vectors[0] !== undefined && reply.vectors[0].length > 0;
    return reply === null || !isVector ? null : { isShown: true, usage: reply.usage };
  }
  const reply = to.protocol.decodeReply(value);
  if (reply === null || reply.choices.length === 0) return null;
  const { usage } = reply;
  // A model may answer a question for a tool, or about a picture, in whatever way it likes: that it took the question is enough.
  return { isShown: true, usage };
}
