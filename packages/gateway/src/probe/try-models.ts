import {
  AppError,
  type ChannelOverrides,
  type CheckOutcome,
  type ErrorCode,
  type ErrorParameters,
  type ModelCheck,
  parseUpstreamUrl,
} from "@lyceum/domain";
import type { AssistantPart } from "../canonical/canonical-request.ts";
import { wireOf } from "../embeddings/embedding-wires.ts";
import { withoutCredential } from "../pipeline/scrub.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { findProvider } from "../providers/find-provider.ts";
import { createUpstream } from "../upstream/undici-upstream.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { type Collected, collect } from "./collect.ts";
import { faultOf, isRefusal, notLlm, parsedBody } from "./probe-errors.ts";
import { trialChannel } from "./trial-channel.ts";
import { sawGreen, type TrialTarget, trialRequest, trialTool } from "./trial-request.ts";

/** `credential` null: the upstream asks for none. */
export type ModelTrials = {
  readonly protocol: string;
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly allowPrivate: boolean;
  readonly overrides: ChannelOverrides;
  /** By their names at the upstream. */
  readonly models: readonly string[];
  /** `answer`: whether it answers at all; `all`: also what it is capable of. */
  readonly depth: "answer" | "all";
};

/** One thing found out. `said`: what the upstream said where it went wrong, else the beginning of its answer. */
export type CheckLine = {
  readonly kind: "check";
  readonly model: string;
  readonly check: ModelCheck;
  readonly outcome: CheckOutcome;
  readonly totalMs: number;
  /** Of a stream that began. */
  readonly ttftMs: number | null;
  readonly status: number | null;
  readonly said: string;
  /** What that means, where it is more than a refusal of this question. */
  readonly error: { readonly code: ErrorCode; readonly parameters: ErrorParameters } | null;
};
/** All of one model. `isUsable`: it answers, one way or another. */
export type ModelLine = { readonly kind: "model"; readonly model: string; readonly isUsable: boolean };
export type TrialLine = CheckLine | ModelLine;

const AT_ONCE = 4;
const TIMEOUT_MS = 60_000;
const MOST_SAID = 300;
/** What is probably a model of vectors is asked for vectors first. */
const EMBEDDING_NAME = /embed|\bbge\b|bge-|\be5-|gte-/i;

/**
 * Asks models of an upstream small questions, a few models at a time, and tells each finding as it comes. It costs nobody of the campus
 * anything. Once `signal` is aborted it asks no more and ends. Throws channel_address_refused and channel_not_llm before the first question.
 */
export async function tryModels(
  trials: ModelTrials,
  tell: (line: TrialLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const baseUrl = parseUpstreamUrl(trials.baseUrl, trials.allowPrivate);
  const provider = findProvider(trials.protocol);
  if (provider === null) throw notLlm(baseUrl, `the protocol ${trials.protocol} is not known`);
  const { protocol: named, credential, allowPrivate, overrides, depth } = trials;
  const channel = { ...trialChannel({ id: "trial", protocol: named, baseUrl, allowPrivate }, TIMEOUT_MS), overrides };
  const upstream = createUpstream();
  const stop = () => void upstream.close();
  signal.addEventListener("abort", stop, { once: true });
  const waiting = [...new Set(trials.models)];
  async function lane(): Promise<void> {
    for (let model = waiting.shift(); model !== undefined && !signal.aborted; model = waiting.shift()) {
      const target = { channel, credential, provider: provider as TrialTarget["provider"], upstreamModel: model };
      await tryModel(upstream, { ...target, protocol: protocolOf(target.provider.protocol) }, depth, (line) => {
        if (!signal.aborted) tell(line);
      });
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    signal.removeEventListener("abort", stop);
    await upstream.close();
  }
}

async function tryModel(
  upstream: Upstream,
  to: TrialTarget,
  depth: ModelTrials["depth"],
  tell: (line: TrialLine) => void,
): Promise<void> {
  const passed = async (check: ModelCheck) => {
    const line = await ask(upstream, check, to);
    tell(line);
    return line.outcome === "passed" ? "passed" : line.error === null ? "failed" : "hopeless";
  };
  const rest = async (...checks: ModelCheck[]) => {
    for (const check of checks) if (depth === "all") await passed(check);
  };
  const skip = (...checks: ModelCheck[]) => {
    for (const check of checks) if (depth === "all") tell(skipped(check, to.upstreamModel));
  };
  const end = (isUsable: boolean) => tell({ kind: "model", model: to.upstreamModel, isUsable });

  const makesVectors = EMBEDDING_NAME.test(to.upstreamModel) && wireOf(to.provider.protocol) !== null;
  const vectors = makesVectors ? await passed("embedding") : "failed";
  if (vectors !== "failed") {
    skip("stream", "text", "tools", "vision");
    return end(vectors === "passed");
  }
  const streamed = await passed("stream");
  if (streamed === "hopeless") {
    skip("text", "tools", "vision");
    return end(false);
  }
  const isTold = depth === "all" || streamed === "failed";
  const whole = isTold ? await passed("text") : "passed";
  if (streamed === "passed" || whole === "passed") {
    await rest("tools", "vision");
    return end(true);
  }
  skip("tools", "vision");
  end(whole === "failed" && !makesVectors && (await passed("embedding")) === "passed");
}

function skipped(check: ModelCheck, model: string): CheckLine {
  return {
    kind: "check",
    model,
    check,
    outcome: "skipped",
    totalMs: 0,
    ttftMs: null,
    status: null,
    said: "",
    error: null,
  };
}

async function ask(upstream: Upstream, check: ModelCheck, to: TrialTarget): Promise<CheckLine> {
  const none = skipped(check, to.upstreamModel);
  let request: ReturnType<typeof trialRequest>;
  try {
    request = trialRequest(check, to);
  } catch (error) {
    // The protocol has no words for it.
    if (error instanceof AppError && error.code === "invalid_request") return none;
    throw error;
  }
  if (request === null) return none;
  const collected = await collect(upstream, request, check === "stream" ? to.protocol : null);
  const line = { ...none, totalMs: collected.totalMs };
  if (collected.kind === "fault") {
    const { code, parameters } = faultOf(collected.fault, to.channel.baseUrl);
    return { ...line, outcome: "failed", error: { code, parameters } };
  }
  const { status } = collected;
  if (status >= 300) return { ...line, ...refusal(collected, check, to) };
  const { outcome, said } = check === "stream" ? streamed(collected) : read(check, collected, to);
  const ttftMs = check === "stream" && outcome === "passed" ? collected.firstOutputMs : null;
  return { ...line, status, outcome, ttftMs, said: tidy(said, to) };
}

type Answer = Extract<Collected, { kind: "answer" }>;
type Reading = { readonly outcome: CheckOutcome; readonly said: string };

function refusal({ status, body }: Answer, check: ModelCheck, to: TrialTarget): Partial<CheckLine> {
  const complaint = to.protocol.readComplaint(body)?.message ?? body.toString("utf8", 0, MOST_SAID);
  const said = tidy(complaint, to);
  const isFirst = check === "stream" || check === "embedding";
  if (!isFirst || !isRefusal(status)) return { status, outcome: "failed", said };
  const code = status === 403 ? "channel_model_refused" : "channel_credential_refused";
  return { status, outcome: "failed", said, error: { code, parameters: { status, model: to.upstreamModel } } };
}

function streamed({ sample, complaint }: Answer): Reading {
  if (complaint !== null) return { outcome: "failed", said: complaint.message };
  return sample === null ? { outcome: "failed", said: "" } : { outcome: "passed", said: sample };
}

function read(check: ModelCheck, { body }: Answer, to: TrialTarget): Reading {
  const value = parsedBody(body);
  if (check === "embedding") {
    const [vector] = wireOf(to.provider.protocol)?.decodeReply(value)?.vectors ?? [];
    if (vector === undefined || vector.length === 0) return { outcome: "failed", said: "" };
    return { outcome: "passed", said: `${vector.length}` };
  }
  const reply = to.protocol.decodeReply(value);
  if (reply === null) {
    return { outcome: "failed", said: to.protocol.readComplaint(body)?.message ?? body.toString("utf8", 0, MOST_SAID) };
  }
  const parts = reply.choices.flatMap((choice) => choice.parts);
  const said = parts.map(textOf).join(" ");
  if (check === "text") return { outcome: said === "" ? "failed" : "passed", said };
  if (check === "vision") return { outcome: sawGreen.test(said) ? "passed" : "unsure", said };
  const call = parts.find((part) => part.type === "tool-call" && part.name === trialTool);
  return call === undefined ? { outcome: "unsure", said } : { outcome: "passed", said: textOf(call) };
}

function textOf(part: AssistantPart): string {
  if (part.type === "tool-call") return `${part.name}(${part.arguments})`;
  return "text" in part ? part.text : "";
}

function tidy(text: string, { credential }: TrialTarget): string {
  return withoutCredential(text.slice(0, MOST_SAID * 2), { credential })
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MOST_SAID);
}
