import type { DeploymentConfig } from "@lyceum/db/gateway-config";
import { toAppError } from "@lyceum/domain";
import type { Admitted } from "./admit.ts";
import { type AttemptResult, attempt, noDeploymentLeft } from "./attempt.ts";
import type { Deps } from "./deps.ts";
import { takeRoute } from "./take-route.ts";
import { Tries } from "./tries.ts";

/** What all tries together came to. */
export type Tried = {
  readonly result: AttemptResult;
  /** How many there were. */
  readonly attempts: number;
  /** Of the last one. */
  readonly deployment: DeploymentConfig | null;
  /** When the first one left us; null: none did. */
  readonly sentAt: number | null;
  /** Gives back the place on the route that answered; to be called exactly once, when the answer is over. */
  release(): void;
};

/** Tries one route after the other until one answers, the request itself turns out to be at fault, or nothing is left. Never rejects. */
export async function tryRoutes(admitted: Admitted, deps: Deps): Promise<Tried> {
  const { client } = admitted.request;
  const tries = new Tries(admitted, deps);
  let result: AttemptResult | null = null;
  let deployment: DeploymentConfig | null = null;
  let sentAt: number | null = null;
  let release = nothing;
  while (!client.isGone) {
    const candidates = tries.candidates();
    if (candidates.length === 0) break;
    release = nothing;
    try {
      const taken = await takeRoute(candidates, admitted, deps);
      if (taken === null) break;
      release = () => taken.release();
      deployment = taken.route.deployment;
      tries.begin(taken.route);
      result = await attempt(admitted, taken.route, tries.count, deps);
    } catch (thrown) {
      // A place that can't be had, and a fault of our own: both must end in a settlement.
      result = { kind: "failed", sentAt: null, error: toAppError(thrown), sign: null, isRetryable: false };
    }
    if (result.kind !== "failed") break;
    release();
    release = nothing;
    sentAt ??= result.sentAt;
    if (result.isAborted) break;
    logFailure(admitted, deployment, result, deps);
    if (!result.isRetryable) break;
  }
  result ??= { kind: "failed", sentAt: null, ...noDeploymentLeft(admitted.call.model), isRetryable: true };
  // Who leaves between two tries, or while waiting for one, has not been failed.
  if (result.kind === "failed" && result.isRetryable && client.isGone) result = { ...result, isAborted: true };
  return { result, attempts: tries.count, deployment, sentAt, release };
}

function nothing(): void {}

function logFailure(
  { request, choice }: Admitted,
  deployment: DeploymentConfig | null,
  { error }: Extract<AttemptResult, { kind: "failed" }>,
  deps: Deps,
): void {
  deps.log("warn", "an upstream failed", {
    requestId: request.id,
    model: choice.model.name,
    channel: deployment?.channel.name,
    upstreamModel: deployment?.upstreamModel,
    code: error.code,
    detail: error.detail,
    ...(error.code === "internal" && { error: error.cause }),
  });
}
