import { AppError, errorCodes, errorTable } from "@lyceum/domain";
import { afterEach, describe, expect, it, vi } from "vitest";
import { complaintIn, encodeError, encodeStreamError, readComplaint } from "./errors.ts";
import { encodeModelList } from "./models.ts";
import { encodeRates } from "./rates.ts";

const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";
const told = (error: AppError) => JSON.parse(encodeError(error, ID).toString());

describe("encodeError", () => {
  it.each(errorCodes)("puts %s into Anthropic's shape, in both languages", (code) => {
    const { type, error, request_id } = told(new AppError(code));
    expect([type, request_id]).toEqual(["error", "req_01a2018478867bfc9e7b46e93c23be29"]);
    expect(error.type).toMatch(/^[a-z]+(?:_[a-z]+)*_(?:error|large)$/);
    expect(error).toMatchObject({ code, whose_move: errorTable[code].move });
    expect(error.message).toMatch(/\p{Script=Han}.* \/ .*[A-Za-z]/su);
  });

  it.each([
    ["insufficient_balance", "billing_error"],
    ["rpm_exceeded", "rate_limit_error"],
    ["upstream_rate_limited", "rate_limit_error"],
    ["overloaded", "overloaded_error"],
    ["body_too_large", "request_too_large"],
    ["model_not_found", "not_found_error"],
    ["invalid_key", "authentication_error"],
  ] as const)("calls %s %s (case 51)", (code, type) => expect(told(new AppError(code)).error.type).toBe(type));

  it("follows the status of a refusal that is passed on", () => {
    const rejected = (status: number) => told(new AppError("upstream_rejected", { parameters: { status } })).error.type;
    expect([400, 404, 413, 422].map(rejected)).toEqual([
      "invalid_request_error",
      "not_found_error",
      "request_too_large",
      "invalid_request_error",
    ]);
  });

  it("tells neither detail nor cause, and frames the same for a stream", () => {
    const error = new AppError("upstream_error", { detail: "secret detail", cause: new Error("secret cause") });
    const frame = encodeStreamError(error, ID);
    expect(frame).not.toContain("secret");
    expect(frame).toBe(`event: error\ndata: ${encodeError(error, ID)}\n\n`);
  });
});

describe("complaintIn", () => {
  it.each([
    [{ type: "error", error: { type: "overloaded_error", message: "m" } }, "m", "overloaded_error"],
    [{ error: { message: "m", code: 429 } }, "m", "429"],
    [{ error: "m" }, "m", ""],
    [{ message: "m" }, "m", ""],
    [{ error: { detail: "d" } }, '{"detail":"d"}', ""],
  ])("reads %j", (value, message, code) => expect(complaintIn(value)).toEqual({ message, code }));

  it("finds none in an answer, nor in a page of a proxy (case 51)", () => {
    for (const value of [{ type: "message", content: [], message: "x" }, null, 5, [], {}])
      expect(complaintIn(value)).toBeNull();
    expect(readComplaint(Buffer.from("<html>502</html>"))).toBeNull();
  });
});

describe("the headers of limits", () => {
  afterEach(() => void vi.useRealTimers());

  it("are Anthropic's, with the time of RFC 3339 when they begin anew", () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 28, 12, 0, 0, 250) });
    expect(encodeRates({ requests: { limit: 60, left: 59 }, tokens: null })).toEqual({
      "anthropic-ratelimit-requests-limit": "60",
      "anthropic-ratelimit-requests-remaining": "59",
      "anthropic-ratelimit-requests-reset": "2026-11-28T12:01:00Z",
    });
    expect(encodeRates({ requests: null, tokens: null })).toEqual({});
  });
});

describe("the list of models (case 62)", () => {
  it("is one page in Anthropic's shape", () => {
    const model = { createdAt: new Date(0), contextTokens: 200_000, maxOutputTokens: null };
    const entry = {
      type: "model",
      display_name: "a",
      id: "a",
      created_at: "1970-01-01T00:00:00.000Z",
      max_input_tokens: 200_000,
      max_tokens: null,
    };
    expect(encodeModelList([{ ...model, name: "a" }])).toEqual({
      data: [entry],
      first_id: "a",
      has_more: false,
      last_id: "a",
    });
    expect(encodeModelList([])).toEqual({ data: [], first_id: null, has_more: false, last_id: null });
  });
});
