import type { UsageRecordRow } from "@lyceum/db";
import { costOf, newId, normaliseUsage, type Price } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { exportHead, exportLine } from "./export-line.ts";

const base = {
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 400_000_000n,
  cacheWriteNanos: null,
  outputNanos: 8_000_000_000n,
  reasoningNanos: 12_000_000_000n,
  imageNanos: 3_000_000_000n,
  audioNanos: null,
};
const tier = { ...base, aboveTokens: 5_000, inputNanos: 4_000_000_000n, cachedInputNanos: null };
const price: Price = { ...base, id: "p", version: 3, requestNanos: 1_000_000n, tiers: [tier] };
const usage = {
  input: 10_000,
  cachedInput: 4_000,
  cacheWrite: 2_000,
  image: 1_000,
  audio: 500,
  output: 900,
  reasoning: 600,
};

const row: UsageRecordRow = {
  id: newId(),
  admittedAt: new Date("2026-11-28T08:00:00Z"),
  model: "m",
  keyId: null,
  keyName: "k",
  groupId: "default",
  isStream: false,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  imageTokens: 0,
  audioTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  priceId: "p",
  multiplierPpm: 800_000,
  costNanos: 0n,
  chargeNanos: 0n,
  uncollectedNanos: 0n,
  outcome: "finished",
  errorCode: null,
  httpStatus: 200,
  isEstimated: false,
  ttftMs: null,
  totalMs: 5,
  client: "",
  studentId: null,
  userName: null,
};

function charged(counts: typeof usage): UsageRecordRow {
  const costNanos = costOf(price, normaliseUsage(counts), row.multiplierPpm);
  return {
    ...row,
    inputTokens: counts.input,
    cachedInputTokens: counts.cachedInput,
    cacheWriteTokens: counts.cacheWrite,
    imageTokens: counts.image,
    audioTokens: counts.audio,
    outputTokens: counts.output,
    reasoningTokens: counts.reasoning,
    costNanos,
    chargeNanos: costNanos,
  };
}

const cellsOf = (line: ReturnType<typeof exportLine>) =>
  Object.fromEntries(exportHead.map((head, i) => [head, line[i]]));

/** What a spreadsheet computes from the cells alone. */
function added(cells: Record<string, unknown>): number {
  const number = (name: string) => Number(cells[name]);
  const parts = ["cached_input", "cache_write", "image", "audio"];
  const plainInput = parts.reduce((rest, name) => rest - number(`${name}_tokens`), number("input_tokens"));
  const plainOutput = number("output_tokens") - number("reasoning_tokens");
  const tokens =
    plainInput * number("input_price") +
    plainOutput * number("output_price") +
    [...parts, "reasoning"].reduce((sum, name) => sum + number(`${name}_tokens`) * number(`${name}_price`), 0);
  return (tokens / 1e6 + number("request_price")) * number("group_multiplier");
}

describe("exportLine", () => {
  it("has a cell for every head, and its cells add up to the cost in either tier", () => {
    for (const [counts, above] of [
      [usage, 5_000],
      [{ ...usage, input: 5_000, cachedInput: 1_000, cacheWrite: 500 }, null],
    ] as const) {
      const line = exportLine(charged(counts), price, "CNY");
      expect(line).toHaveLength(exportHead.length);
      const cells = cellsOf(line);
      expect(cells).toMatchObject({ price_version: 3, tier_above_tokens: above, request_price: "0.001" });
      expect(added(cells)).toBeCloseTo(Number(cells.cost), 9);
      expect(Number(cells.cost)).toBeGreaterThan(0);
    }
  });

  it("leaves prices empty where none was applied", () => {
    const prices = exportHead.filter((head) => head.endsWith("_price"));
    expect(prices).toHaveLength(8);
    const unpriced = cellsOf(exportLine({ ...charged(usage), priceId: null, costNanos: 0n }, null, "CNY"));
    const failed = cellsOf(exportLine({ ...row, outcome: "failed" }, price, "CNY"));
    for (const head of prices) expect([unpriced[head], failed[head]]).toEqual([null, null]);
    expect([unpriced.price_version, failed.price_version]).toEqual([null, 3]);
  });
});
