import { describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import {
  encodePriceTiers,
  type PriceTierText,
  parsePriceTiers,
  parseTierTokens,
  priceTiersSchema,
} from "./price-tiers.ts";

const first = { above: "128000", input: "4", output: "16" };

function sentences(tiers: readonly PriceTierText[]): string {
  try {
    parsePriceTiers(tiers);
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.sentence("zh")} ${error.sentence("en")}`;
    throw error;
  }
  return "no error";
}

describe("parsePriceTiers", () => {
  it("reads amounts exactly, keeps the order, and leaves empty classes to fall back", () => {
    const tiers = parsePriceTiers([
      first,
      { above: "256,000", input: "6", output: "24", cachedInput: "0.6", audio: " " },
    ]);
    expect(tiers).toMatchObject([
      { aboveTokens: 128_000, inputNanos: 4_000_000_000n, outputNanos: 16_000_000_000n, cachedInputNanos: null },
      { aboveTokens: 256_000, cachedInputNanos: 600_000_000n, audioNanos: null },
    ]);
  });

  it("says in both languages which tier and which field is wrong", () => {
    expect(sentences([first, { ...first, above: "256000", output: "x" }])).toMatch(
      /invalid_request .*第 2 档（输入超过 256000）的输出价格“x”.* the output price "x" of tier 2 \(input above 256000\)/,
    );
    expect(sentences([{ ...first, input: "" }])).toMatch(/第 1 档.*缺少输入价格.*tier 1 .* has no input price/);
    expect(sentences([{ ...first, reasoning: "-1" }])).toMatch(/思考价格“-1”.*reasoning price "-1"/);
    expect(sentences([{ ...first, above: "128k" }])).toMatch(/第 1 档.*“128k”.*tier 1 .*"128k"/);
  });

  it("refuses tiers that don't ascend, twins, and too many", () => {
    expect(sentences([{ ...first, above: "256000" }, first])).toMatch(/第 2 档.*256000 更长.*tier 2 .*256000/);
    expect(sentences([first, { ...first, above: "128,000" }])).toMatch(/相同.*begins where/);
    expect(sentences(Array.from({ length: 11 }, (_, i) => ({ ...first, above: String(i + 1) })))).toMatch(
      /10 档.*10 tiers/,
    );
  });
});

describe("parseTierTokens", () => {
  it("takes whole numbers with or without commas, and nothing else", () => {
    expect(["128000", " 128,000 ", "1"].map(parseTierTokens)).toEqual([128_000, 128_000, 1]);
    for (const bad of ["", "0", "-1", "1.5", "1e5", "12,80", "100000001"]) expect(parseTierTokens(bad)).toBeNull();
  });
});

describe("priceTiersSchema", () => {
  it("reads back what encodePriceTiers wrote", () => {
    const tiers = parsePriceTiers([first, { above: "256000", input: "0.000000001", output: "10,000,000", image: "0" }]);
    expect(priceTiersSchema.parse(JSON.parse(JSON.stringify(encodePriceTiers(tiers))))).toEqual(tiers);
  });

  it("refuses what no price was meant by", () => {
    const [good] = encodePriceTiers(parsePriceTiers([first]));
    for (const bad of [
      {},
      [{ ...good, inputNanos: 4_000_000_000 }],
      [{ ...good, outputNanos: "-1" }],
      [{ ...good, outputNanos: undefined }],
      [{ ...good, aboveTokens: 0 }],
      [good, good],
      [{ ...good, audioNanos: "10000000000000001" }],
    ])
      expect(priceTiersSchema.safeParse(bad).success).toBe(false);
    expect(priceTiersSchema.safeParse([good]).success).toBe(true);
  });
});
