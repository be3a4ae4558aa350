import type { SpeedSampleRow } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { speedPrompt } from "./prompts.ts";
import { StreamReader } from "./stream-reader.ts";
import { channelLetters, summarize } from "./summary.ts";

const sample = (place: number, changes: Partial<SpeedSampleRow> = {}): SpeedSampleRow => ({
  model: "m",
  place,
  requestId: null,
  sentAfterMs: place * 1_000,
  firstByteMs: 90,
  ttftMs: 100 * place,
  ttfaMs: 100 * place,
  tpotMs: 10,
  e2eMs: 1_000,
  inputTokens: 64,
  cachedTokens: 0,
  tokens: 91,
  isCounted: false,
  errorCode: null,
  httpStatus: 200,
  channelId: "x",
  upstreamTtftMs: 100 * place - 5,
  chargeNanos: 7n,
  ...changes,
});
const ten = Array.from({ length: 10 }, (_, index) => sample(index + 1));

describe("what a run says about a model", () => {
  it("leaves out the warm-up, but for what it cost", () => {
    const warmUp = sample(0, { ttftMs: 9_999, sentAfterMs: 0 });
    const [summary] = summarize(["m"], [warmUp, ...ten]);
    expect(summary).toMatchObject({
      passed: 10,
      asked: 10,
      ttft: { p50: 500, p95: 1_000, isMaximum: true, count: 10 },
      overhead: { p50: 5, count: 10 },
      decode: 100,
      request: 91,
      inputTokens: 640,
      chargeNanos: 77n,
    });
    // 910 tokens from 1 s to 11 s.
    expect(summary?.system).toBeCloseTo(91, 5);
  });

  it("names why requests failed, and counts no time of theirs", () => {
    const timeout = { errorCode: "timeout", ttftMs: 60_000 };
    const [summary] = summarize(
      ["m"],
      [...ten.slice(0, 7), sample(8, timeout), sample(9, timeout), sample(10, { errorCode: "stopped" })],
    );
    expect(summary).toMatchObject({ passed: 7, asked: 10, ttft: { p95: 700 } });
    expect(summary?.reasons).toEqual([
      { code: "timeout", count: 2 },
      { code: "stopped", count: 1 },
    ]);
  });

  it("of a model that was never asked says nothing, not 0", () => {
    const [summary] = summarize(["other"], ten);
    expect(summary).toMatchObject({ passed: 0, asked: 0, ttft: null, decode: null, system: null, chargeNanos: null });
  });

  it("calls channels by letters, in the order of their answers", () => {
    const letters = channelLetters([
      sample(3, { channelId: "late" }),
      sample(1, { channelId: "first" }),
      sample(2, { channelId: null }),
    ]);
    expect([...letters]).toEqual([
      ["first", "A"],
      ["late", "B"],
    ]);
  });
});

describe("reading a stream", () => {
  const frame = (delta: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
  const usage = { prompt_tokens: 60, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 4 } };
  const stream = [
    frame({ role: "assistant", content: "" }),
    frame({ reasoning_content: "想" }),
    frame({ content: "答" }),
    frame({ content: "案" }),
    `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
    "data: [DONE]\n\n",
  ];

  it("takes the role for a byte and no token, thinking for a token and no answer", () => {
    const reader = new StreamReader(0);
    const texts = stream.map((text, index) => reader.read(Buffer.from(text), (index + 1) * 10));
    expect(texts.join("")).toBe("想答案");
    expect(reader.times).toEqual({ sentAt: 0, firstByteAt: 10, firstTokenAt: 20, firstAnswerAt: 30, lastTokenAt: 40 });
    expect(reader.count).toEqual({ reported: 9, hidden: 0, pieces: 3 });
    expect(reader).toMatchObject({ isWhole: true, usage: { input: 60, cached: 0, output: 9, reasoning: 4 } });
  });

  it("reads the same of bytes cut anywhere, also inside a character", () => {
    const bytes = Buffer.from(stream.join(""));
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = new StreamReader(0);
      const text = reader.read(bytes.subarray(0, cut), 1) + reader.read(bytes.subarray(cut), 2);
      expect([text, reader.pieces, reader.isWhole]).toEqual(["想答案", 3, true]);
    }
  });

  it("counts thinking that was never shown as hidden", () => {
    const reader = new StreamReader(0);
    for (const text of [stream[2], stream[3], stream[4]]) reader.read(Buffer.from(text ?? ""), 1);
    expect(reader.count).toEqual({ reported: 9, hidden: 4, pieces: 2 });
  });

  it("hears of a failure in the middle", () => {
    const reader = new StreamReader(0);
    reader.read(Buffer.from('data: {"error":{"message":"gone","code":"upstream_error"}}\n\n'), 1);
    expect(reader.error).toEqual({ code: "upstream_error", message: "gone" });
    expect(reader.isWhole).toBe(false);
  });
});

describe("a prompt", () => {
  it("begins with its nonce and is the same otherwise, of its length", () => {
    for (const language of ["zh", "en"] as const) {
      for (const prompt of ["short", "long"] as const) {
        const [a, b] = [speedPrompt(prompt, language, "aaaa"), speedPrompt(prompt, language, "bbbb")];
        expect(a.split("\n")[0]).toContain("aaaa");
        expect(a.split("\n").slice(1)).toEqual(b.split("\n").slice(1));
      }
    }
    expect(speedPrompt("long", "en", "x").length).toBeGreaterThan(30 * speedPrompt("short", "en", "x").length);
  });
});
