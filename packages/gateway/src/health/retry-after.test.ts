import { describe, expect, it } from "vitest";
import { retryAfterOf } from "./retry-after.ts";

describe("retryAfterOf", () => {
  it.each([
    [{ "retry-after": "7" }, "", 7_000],
    [{ "retry-after": "1.5" }, "", 1_500],
    [{ "retry-after-ms": "250", "retry-after": "1" }, "", 250],
    [{ "retry-after": "999999" }, "", 3_600_000],
    [{ "retry-after": "0" }, "", null],
    [{ "retry-after": "soon" }, "", null],
    [{}, '{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"45.837906927s"}]}', 45_838],
    [{}, "Please retry in 47.434392449s.", 47_435],
    [{}, "Rate limit reached for requests. Please try again in 20s.", 20_000],
    [{}, "Please try again in 6m0s.", 360_000],
    [{}, "Please try again in 1.2s. Visit the page", 1_200],
    [{}, "Please try again in 120ms.", 120],
    [{}, "Please wait 3 seconds and try again", 3_000],
    [{}, "请求过于频繁，请 5 秒后重试", 5_000],
    [{}, "请在 2 分钟后再试", 120_000],
    [{}, "Please try again later", null],
    [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m2s" }, "", 62_000],
    [{ "x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "1m2s" }, "", null],
    [{}, "", null],
  ] as const)("of %j and %j is %j", (headers, text, expected) => {
    expect(retryAfterOf(headers, text)).toBe(expected);
  });

  it("reads dates", () => {
    const header = new Date(Date.now() + 90_000).toUTCString();
    expect(retryAfterOf({ "retry-after": header }, "")).toBeGreaterThan(85_000);
    const reset = new Date(Date.now() + 30_000).toISOString();
    const headers = { "anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": reset };
    expect(retryAfterOf(headers, "")).toBeGreaterThan(25_000);
    expect(retryAfterOf({ "retry-after": new Date(0).toUTCString() }, "")).toBeNull();
  });
});
