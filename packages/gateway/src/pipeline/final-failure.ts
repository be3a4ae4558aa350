import { AppError } from "@lyceum/domain";
import type { Failure } from "./upstream-errors.ts";

/**
 * What a client is told after several tries: what helps it most. The request's own fault; else what is broken; only if every route has to wait,
 * how long. `readyInMs`: when the first of them may be used again; null: none waits.
 */
export function finalFailure(failures: readonly Failure[], model: string, readyInMs: number | null): Failure {
  const last = failures.at(-1);
  if (last !== undefined && (!last.isRetryable || last.isAborted === true)) return last;
  const broken = failures.findLast(({ sign }) => sign !== null && sign !== "rate");
  if (broken !== undefined) return broken;
  const waiting = failures.findLast(({ sign }) => sign === "rate");
  if (waiting !== undefined || readyInMs !== null) {
    const detail = waiting?.error.detail ?? "every credential has to wait";
    const error = new AppError("upstream_rate_limited", {
      detail,
      ...(readyInMs !== null && { retryAfterMs: readyInMs }),
    });
    return { error, sign: "rate", isRetryable: true };
  }
  // What no upstream could be told.
  if (last !== undefined) return last;
  return { error: new AppError("upstream_unavailable", { parameters: { model } }), sign: null, isRetryable: true };
}
