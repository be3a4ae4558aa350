import { AppError, type HealthSign } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { finalFailure } from "./final-failure.ts";
import type { Failure } from "./upstream-errors.ts";

const failure = (code: AppError["code"], sign: HealthSign | null, isRetryable = true): Failure => ({
  error: new AppError(code, { parameters: { message: "", status: 400, model: "m" } }),
  sign,
  isRetryable,
});
const busy = failure("upstream_rate_limited", "rate");
const broken = failure("upstream_error", "failure");
const refused = failure("upstream_unavailable", "refused");
const unsayable = failure("invalid_request", null);
const rejected = failure("upstream_rejected", "request", false);
const told = (failures: readonly Failure[], readyInMs: number | null = null) => {
  const { error } = finalFailure(failures, "m", readyInMs);
  return [error.code, error.retryAfterMs];
};

describe("finalFailure", () => {
  it.each([
    ["the request's own fault wins", [busy, broken, rejected], 5, ["upstream_rejected", undefined]],
    [
      "what broke last comes before those that are busy",
      [broken, refused, busy],
      5,
      ["upstream_unavailable", undefined],
    ],
    ["all are busy: the least wait", [busy, busy], 2_500, ["upstream_rate_limited", 2_500]],
    ["nobody was asked, because all have to wait", [], 900, ["upstream_rate_limited", 900]],
    [
      "one that could not be told doesn't hide that another is busy",
      [busy, unsayable],
      900,
      ["upstream_rate_limited", 900],
    ],
    ["none could be told", [unsayable, unsayable], null, ["invalid_request", undefined]],
    ["there is nobody", [], null, ["upstream_unavailable", undefined]],
  ] as const)("%s", (_case, failures, readyInMs, expected) => {
    expect(told(failures, readyInMs)).toEqual(expected);
  });
});
