import type { Price } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { decodeCall } from "../protocols/openai-chat/request.ts";
import { affordableTokens, estimate, estimateInputTokens, reservedInputTokens } from "./estimate.ts";

const price: Price = {
  id: "p",
  version: 1,
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 500_000_000n,
  cacheWriteNanos: 2_500_000_000n,
  outputNanos: 8_000_000_000n,
  reasoningNanos: 16_000_000_000n,
  imageNanos: null,
  audioNanos: null,
  requestNanos: 7n,
  tiers: [],
};
const call = (more: object = {}, text = "hi") =>
  decodeCall(Buffer.from(JSON.stringify({ model: "m", messages: [{ role: "user", content: text }], ...more })));
const limits = { usualOutputTokens: 1_000, maxOutputTokens: null };

describe("estimateInputTokens", () => {
  it("is close to what tokenizers count for prose, and what is reserved lies above that", () => {
    // The mean of Qwen3, DeepSeek-V3 and o200k.
    const english = "The quick brown fox jumps over the lazy dog near the river bank. ".repeat(40);
    const chinese = "校园里的每一位同学都可以使用大模型完成课程作业与科研任务。".repeat(40);
    for (const [text, truth] of [
      [english, 561],
      [chinese, 667],
    ] as const) {
      const { size } = call({}, text);
      expect(Math.abs(estimateInputTokens(size) / truth - 1)).toBeLessThan(0.15);
      expect(reservedInputTokens(size)).toBeGreaterThan(truth * 1.25);
      expect(reservedInputTokens(size)).toBeLessThan(truth * 1.9);
    }
  });

  it("is about the same for escaped and plain Chinese", () => {
    const plain = call({}, "你好".repeat(500));
    const escaped = decodeCall(
      Buffer.from(`{"model":"m","messages":[{"role":"user","content":"${"\\u4f60\\u597d".repeat(500)}"}]}`),
    );
    expect(Math.abs(estimateInputTokens(escaped.size) - estimateInputTokens(plain.size))).toBeLessThan(3);
  });

  it("gives each message the marks of a chat template, however its JSON is written", () => {
    const one = { role: "user", content: "hi" };
    const tokens = (messages: object[], indent?: number) =>
      estimateInputTokens(decodeCall(Buffer.from(JSON.stringify({ model: "m", messages }, null, indent))).size);
    // Qwen3 takes 9 tokens for the one, and 6 for each further one; DeepSeek 4 and 2.
    expect(tokens([one])).toBeGreaterThanOrEqual(5);
    expect(tokens([one])).toBeLessThanOrEqual(9);
    const each = (tokens(Array(101).fill(one)) - tokens([one])) / 100;
    expect(each).toBeGreaterThan(2);
    expect(each).toBeLessThan(6);
    expect(tokens([one], 8)).toBe(tokens([one]));
  });

  it("counts the tools and not what no model reads", () => {
    const tools = [{ type: "function", function: { name: "look_up", parameters: { type: "object", properties: {} } } }];
    const plain = estimateInputTokens(call().size);
    // 27 tokens for Qwen3.
    expect(estimateInputTokens(call({ tools }).size) - plain).toBeGreaterThan(20);
    expect(estimateInputTokens(call({ tools }).size) - plain).toBeLessThan(35);
    expect(estimateInputTokens(call({ user: "x y ".repeat(100), metadata: { a: "b" }, stop: ["."] }).size)).toBe(plain);
  });

  it("counts no less where very many messages are followed by more", () => {
    const messages = Array(20_000).fill({ role: "user", content: "hi" });
    const tokens = estimateInputTokens(call({ messages, metadata: { a: "b" }, user: "u" }).size);
    expect(tokens).toBeGreaterThan(40_000);
    // Each one's JSON, as most of it is counted, has twelve.
    expect(tokens).toBeLessThan(260_000);
  });

  it("counts images by number, not by size", () => {
    const image = (bytes: number) =>
      call({ messages: [{ content: [{ image_url: { url: `data:image/png;base64,${"A".repeat(bytes)}` } }] }] });
    expect(estimateInputTokens(image(1_000_000).size)).toBe(estimateInputTokens(image(10).size));
    expect(estimateInputTokens(image(10).size)).toBeGreaterThan(1_600);
  });
});

describe("estimate", () => {
  it("takes the dearest class of input and output, every choice, the multiplier and the fee", () => {
    const asked = call({ max_tokens: 100, n: 3 });
    const { inputTokens, inputNanos, outputNanos, minimumNanos } = estimate(asked, price, 2_000_000, limits);
    expect(inputTokens).toBe(estimateInputTokens(asked.size));
    expect(inputNanos).toBe(BigInt(reservedInputTokens(asked.size)) * 2_500n * 2n + 14n);
    expect(outputNanos).toBe(300n * 16_000n * 2n);
    expect(minimumNanos).toBe(48n * 16_000n * 2n);
  });

  it("takes the dearest tier that the reserved input reaches, for input and output, and none beyond it", () => {
    const long = { ...price, inputNanos: 4_000_000_000n, cacheWriteNanos: null, outputNanos: 24_000_000_000n };
    const tiered = {
      ...price,
      tiers: [
        { ...long, aboveTokens: 1_000 },
        { ...long, aboveTokens: 1_000_000 },
      ],
    };
    const short = call({ max_tokens: 10 });
    expect(estimate(short, tiered, 1_000_000, limits)).toEqual(estimate(short, price, 1_000_000, limits));
    const asked = call({ max_tokens: 10 }, "book ".repeat(2_000));
    const book = estimate(asked, tiered, 1_000_000, limits);
    expect(book.inputNanos).toBe(BigInt(reservedInputTokens(asked.size)) * 4_000n + 7n);
    expect(book).toMatchObject({ outputNanos: 240_000n, outputPriceNanos: 24_000_000_000n });
  });

  it("takes the usual output without a limit, and never more than the model can give", () => {
    expect(estimate(call(), price, 1_000_000, limits).outputTokens).toBe(1_000);
    expect(
      estimate(call({ max_tokens: 9_000 }), price, 1_000_000, { ...limits, maxOutputTokens: 500 }).outputTokens,
    ).toBe(500);
    expect(estimate(call({ max_tokens: 5 }), price, 1_000_000, limits).minimumNanos).toBe(80_000n);
  });

  it("stays within a bigint column for absurd limits, and is nothing without a price", () => {
    const dear = { ...price, outputNanos: 10_000_000n * 1_000_000_000n };
    const { outputNanos } = estimate(call({ max_tokens: 2_147_483_647, n: 128 }), dear, 1_000_000_000, limits);
    expect(outputNanos).toBeLessThan(2n ** 62n);
    expect(estimate(call(), null, 1_000_000, limits)).toMatchObject({
      inputNanos: 0n,
      outputNanos: 0n,
      minimumNanos: 0n,
    });
  });
});

describe("affordableTokens", () => {
  it("is what so much pays for, for every choice, and costs no more than that", () => {
    expect(affordableTokens(16_000n * 50n, 16_000_000_000n, 1_000_000, 1)).toBe(50);
    expect(affordableTokens(16_000n * 50n - 1n, 16_000_000_000n, 1_000_000, 1)).toBe(49);
    expect(affordableTokens(16_000n * 50n, 16_000_000_000n, 2_000_000, 5)).toBe(5);
  });
});
