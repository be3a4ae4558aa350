import type { DeploymentConfig } from "@lyceum/db/gateway-config";
import { toAppError } from "@lyceum/domain";
import type { Route } from "../health/route.ts";
import type { Admitted } from "./admit.ts";
import { type AttemptResult, attempt } from "./attempt.ts";
import type { Deps } from "./deps.ts";
import { finalFailure } from "./final-failure.ts";
import { noteFailure, notePassed } from "./note-ending.ts";
import { type Line, type Taken, takeRoute } from "./take-route.ts";
import { Tries } from "./tries.ts";
import type { Failure } from "./upstream-errors.ts";

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

/**
 * Tries one route after the other until one answers, the request itself turns out to be at fault, or nothing is left. Never rejects. `line` hears when it
 * has to wait for one.
 */
export async function tryRoutes(admitted: Admitted, deps: Deps, line: Line | null): Promise<Tried> {
  try {
    return await tryAll(admitted, deps, line);
  } catch (thrown) {
    // A fault of our own outside of every attempt.
    const result = { kind: "failed", sentAt: null, error: toAppError(thrown), sign: null, isRetryable: false } as const;
    return { result, attempts: 0, deployment: null, sentAt: null, release: nothing };
  }
}

async function tryAll(admitted: Admitted, deps: Deps, line: Line | null): Promise<Tried> {
  const { request, call } = admitted;
  const tries = new Tries(admitted, deps);
  const failures: Failure[] = [];
  let deployment: DeploymentConfig | null = null;
  let sentAt: number | null = null;
  let begunAt = deps.clock();
  let triedMs = 0;
  while (!request.client.isGone) {
    let taken: Taken | null = null;
    let result: AttemptResult;
    try {
      taken = await takeRoute(() => tries.candidates(), admitted, deps, line);
      if (taken === null) break;
      deployment = taken.route.deployment;
      tries.begin(taken.route);
      begunAt = deps.clock();
      result = await attempt(admitted, taken.route, tries, deps);
    } catch (thrown) {
      // A place that can't be had, and a fault of our own: both must end in a settlement.
      result = { kind: "failed", sentAt: null, error: toAppError(thrown), sign: null, isRetryable: false };
    }
    if (result.kind !== "failed") {
      if (taken === null) throw new Error("an answer came from nowhere");
      const place = taken;
      if (result.kind === "whole") notePassed(admitted, taken.route, null, deps);
      return { result, attempts: tries.count, deployment, sentAt, release: () => place.release() };
    }
    taken?.release();
    const { sent, ...failure } = result;
    failures.push(failure);
    sentAt ??= result.sentAt;
    if (result.isAborted) break;
    logFailure(admitted, taken?.route ?? null, result, deps);
    if (taken !== null) noteFailure(admitted, taken.route, failure, sent, deps);
    if (taken === null || !result.isRetryable) break;
    tries.fail(taken.route, result.sign);
    // Whoever has waited as long as an answer may take at all is not made to wait once more. The time in line is not the upstreams'.
    triedMs += deps.clock() - begunAt;
    if (triedMs > taken.route.deployment.channel.totalTimeoutMs) break;
  }
  const final = finalFailure(failures, call.model, tries.readyInMs());
  // Who leaves between two tries, or while waiting for one, has not been failed.
  const isAborted = final.isAborted === true || (final.isRetryable && request.client.isGone);
  const result: AttemptResult = { kind: "failed", sentAt, ...final, isAborted };
  return { result, attempts: tries.count, deployment, sentAt, release: nothing };
}

function nothing(): void {}

function logFailure({ request, choice }: Admitted, route: Route | null, { error }: Failure, deps: Deps): void {
  // Nothing has failed but the client's patience, and a full line would fill the log.
  if (error.code === "queue_full" || error.code === "queue_timeout") return;
  deps.log("warn", "an upstream failed", {
    requestId: request.id,
    model: choice.model.name,
    channel: route?.deployment.channel.name,
    upstreamModel: route?.deployment.upstreamModel,
    code: error.code,
    detail: error.detail,
    ...(error.code === "internal" && { error: error.cause }),
  });
}
