import type { DeploymentConfig } from "@lyceum/db/gateway-config";
import { type AppError, costOf, noUsage, type TokenUsage } from "@lyceum/domain";
import type { Outcome } from "@lyceum/ledger";
import type { ReplyFacts } from "../canonical/reply.ts";
import type { Admitted } from "./admit.ts";
import type { Deps } from "./deps.ts";
import { speedNoteOf } from "./speed-note.ts";

/** How an admitted request ended. Times by deps.clock; null: it never came so far. */
export type Ending = {
  readonly outcome: Exclude<Outcome, "killed">;
  readonly error: AppError | null;
  readonly httpStatus: number;
  readonly attempts: number;
  readonly deployment: DeploymentConfig | null;
  /** What was seen of the answer; null: nothing. */
  readonly facts: ReplyFacts | null;
  readonly sentAt: number | null;
  readonly firstOutputAt: number | null;
};

/** Charges one ended request, durably. Call it exactly once for each admitted request. Rejects only if the ledger gives up. */
export async function settle(admitted: Admitted, ending: Ending, deps: Deps): Promise<void> {
  const { request, choice, draft, call } = admitted;
  const limit = admitted.outputLimit ?? call.outputLimit;
  const measured = measure(ending, admitted.inputTokens, limit === null ? null : limit * call.choices);
  const endedAt = deps.clock();
  const speed = speedNoteOf(admitted, ending, measured.usage, endedAt);
  if (speed !== null) deps.noteSpeed(speed);
  await deps.ledger.settle({
    ...draft,
    channelId: ending.deployment?.channel.id ?? null,
    deploymentId: ending.deployment?.id ?? null,
    upstreamModel: ending.deployment?.upstreamModel ?? null,
    attempts: ending.attempts,
    usage: measured.usage,
    costNanos: measured.isCharged ? costOf(choice.price, measured.usage, choice.multiplierPpm) : 0n,
    outcome: ending.outcome,
    errorCode: ending.error?.code ?? null,
    httpStatus: ending.httpStatus,
    isEstimated: measured.isEstimated,
    queueMs: (ending.sentAt ?? endedAt) - request.receivedAt,
    ttftMs: ending.firstOutputAt === null ? null : ending.firstOutputAt - request.receivedAt,
    totalMs: endedAt - request.receivedAt,
    upstreamUsage: ending.facts?.rawUsage ?? null,
  });
}

type Measured = { readonly usage: TokenUsage; readonly isEstimated: boolean; readonly isCharged: boolean };

/**
 * What is charged: the upstream's figure where it gave one, else an estimate of what went in and came out (rules 5 and 6). Nothing for a
 * request that never left us, nor for a failure without usable output. `mostOutput`: what the upstream was allowed, all choices together; no
 * estimate goes beyond it.
 */
function measure(ending: Ending, inputTokens: number, mostOutput: number | null): Measured {
  const facts = ending.facts;
  const isFree = ending.sentAt === null || (ending.outcome === "failed" && facts?.hasOutput !== true);
  if (isFree) return { usage: noUsage, isEstimated: false, isCharged: false };
  const reported = facts?.usage ?? null;
  const estimated = facts?.estimatedOutputTokens ?? 0;
  const output = mostOutput === null ? estimated : Math.min(estimated, mostOutput);
  if (reported === null)
    return { usage: { ...noUsage, input: inputTokens, output }, isEstimated: true, isCharged: true };
  // A figure from the middle of a stream may lag behind what has been delivered since; 0 where there was something is no figure.
  const isOutputMissing = facts?.isUsageBehind === true || reported.output === 0;
  const usage = {
    ...reported,
    input: reported.input === 0 ? inputTokens : reported.input,
    output: isOutputMissing ? Math.max(output, reported.output) : reported.output,
  };
  const isEstimated = usage.input !== reported.input || usage.output !== reported.output;
  return { usage, isEstimated, isCharged: true };
}
