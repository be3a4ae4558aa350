import { AppError, costOf, noUsage } from "@lyceum/domain";
import type { UsageDraft } from "@lyceum/ledger";
import type { Call } from "../canonical/call.ts";
import type { Face } from "../canonical/protocol.ts";
import { reloadCaller } from "./authenticate.ts";
import { type Choice, chooseModel } from "./choose-model.ts";
import type { Deps } from "./deps.ts";
import { affordableTokens, type Estimate, estimate } from "./estimate.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import type { Caller } from "./key-cache.ts";
import { refused } from "./refused.ts";
import { requireConfig } from "./require-config.ts";

/** How often a key may change under our hands before we give up. */
const MAXIMUM_TRIES = 3;

/** A request that may go to an upstream: from here on the ledger waits for its settlement. */
export type Admitted = {
  readonly request: GatewayRequest;
  readonly call: Call;
  readonly caller: Caller;
  readonly choice: Choice;
  readonly inputTokens: number;
  /** At what price a million output tokens are reserved: the dearest one that this request can come to. */
  readonly outputPriceNanos: bigint;
  /** The limit to send where the balance is too short for what was asked; null: leave things as they are. */
  readonly outputLimit: number | null;
  /** Output tokens, of all choices, that are reserved where nobody limits the answer: more must be reserved as it grows. Else null. */
  readonly openEndedTokens: number | null;
  /** Output tokens that its model usually makes. */
  readonly usualOutputTokens: number;
  /** What the caller's limits a minute leave, for the answer. */
  readonly rateHeaders: Readonly<Record<string, string>>;
  readonly draft: UsageDraft;
};

/** Whether this caller may make this call now: model, terms, money. Throws the refusal as an AppError. */
export async function admit(
  caller: Caller,
  call: Call,
  request: GatewayRequest,
  face: Face,
  deps: Deps,
): Promise<Admitted> {
  for (let current = caller, tries = 1; ; tries++) {
    const config = requireConfig(deps);
    let choice: Choice;
    try {
      choice = chooseModel(call.model, current, config, deps.health, call.needs);
    } catch (error) {
      // What is remembered of a key may be out of date: nobody is refused by it alone.
      current = await reloadCaller(current, request, deps);
      if (!(error instanceof AppError)) throw error;
      choice = chooseModel(call.model, current, config, deps.health, call.needs);
    }
    const { model, price, multiplierPpm } = choice;
    const usualOutputTokens = model.usualOutputTokens ?? config.settings.usualOutputTokens;
    const maxOutputTokens = mostOutput(model);
    const wanted = estimate(call, price, multiplierPpm, { usualOutputTokens, maxOutputTokens });
    const draft = draftOf(request, call, current, choice, wanted, face.id);
    const { inputNanos, outputNanos, minimumNanos, outputPriceNanos } = wanted;
    const answer = await deps.ledger.admit({
      ...draft,
      keyVersion: current.version,
      inputNanos,
      outputNanos,
      minimumNanos,
      tokenEstimate: wanted.inputTokens + wanted.outputTokens * call.choices,
      inputTokens: wanted.inputTokens,
      inputCostNanos: draft.costNanos,
    });
    const rateHeaders = face.encodeRates(answer.rates);
    if (answer.admitted) {
      const isShort = price !== null && answer.grantedNanos < inputNanos + outputNanos;
      const affordable = isShort
        ? affordableTokens(answer.grantedNanos - inputNanos, outputPriceNanos, multiplierPpm, call.choices)
        : null;
      // A limit above the model's own would be refused, or bring more than is reserved; where the client gave none, none is invented.
      const isTooHigh = maxOutputTokens !== null && call.outputLimit !== null && call.outputLimit > maxOutputTokens;
      const outputLimit = isTooHigh ? Math.min(maxOutputTokens, affordable ?? maxOutputTokens) : affordable;
      const isOpenEnded = call.outputLimit === null && outputLimit === null && outputNanos > 0n;
      const openEndedTokens = isOpenEnded ? wanted.outputTokens * call.choices : null;
      const { inputTokens } = wanted;
      const reserved = { usualOutputTokens, inputTokens, outputPriceNanos, outputLimit, openEndedTokens };
      return { request, call, caller: current, choice, ...reserved, rateHeaders, draft };
    }
    if (answer.refusal !== "key_changed") {
      // The books only know that it is off: its row says why.
      if (answer.refusal === "key_disabled") await reloadCaller(current, request, deps);
      const tokens = wanted.inputTokens + wanted.outputTokens * call.choices;
      throw refused(
        answer,
        { nanos: inputNanos + minimumNanos, tokens },
        rateHeaders,
        config,
        { caller: current, request },
        deps,
      );
    }
    if (tries >= MAXIMUM_TRIES)
      throw new AppError("overloaded", { detail: "the key keeps changing", retryAfterMs: 1_000 });
    current = await reloadCaller(current, request, deps);
  }
}

/** The most output tokens that a model's server takes as a limit; null: unknown. */
function mostOutput({ maxOutputTokens, constraints }: Choice["model"]): number | null {
  const maximum = constraints.ranges.max_tokens?.maximum;
  if (maximum === undefined || maximum < 1) return maxOutputTokens;
  return Math.min(Math.floor(maximum), maxOutputTokens ?? maximum);
}

/** What it was sent by: a program, in its own words, or a page of the console. */
function clientOf({ session }: Caller, { headers }: GatewayRequest): string {
  return session === null ? (headers["user-agent"] ?? "").slice(0, 200) : `lyceum/${session.purpose}`;
}

/** What the sweeper writes if this worker dies (rule 4): the cost of the input estimate. */
function draftOf(
  request: GatewayRequest,
  call: Call,
  caller: Caller,
  choice: Choice,
  wanted: Estimate,
  protocol: string,
): UsageDraft {
  const usage = { ...noUsage, input: wanted.inputTokens };
  return {
    requestId: request.id,
    accountId: caller.accountId,
    userId: caller.userId,
    keyId: caller.id,
    groupId: caller.groupId,
    protocol,
    requestedModel: call.model,
    model: choice.model.name,
    channelId: null,
    deploymentId: null,
    upstreamModel: null,
    isStream: call.isStream,
    attempts: 0,
    usage,
    priceId: choice.price?.id ?? null,
    multiplierPpm: choice.multiplierPpm,
    costNanos: costOf(choice.price, usage, choice.multiplierPpm),
    outcome: "killed",
    errorCode: null,
    httpStatus: 0,
    isEstimated: true,
    queueMs: 0,
    ttftMs: null,
    totalMs: 0,
    upstreamUsage: null,
    client: clientOf(caller, request),
    ip: request.ip,
  };
}
