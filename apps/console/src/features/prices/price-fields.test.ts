import type { Price } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { amountProblem, exampleCost, type PriceText, priceText, suspicion } from "./price-fields.ts";

const price: Price = {
  id: "p",
  version: 3,
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 400_000_000n,
  cacheWriteNanos: null,
  outputNanos: 8_000_000_000n,
  reasoningNanos: null,
  imageNanos: null,
  audioNanos: null,
  requestNanos: 0n,
  tiers: [],
};
const typed = (changes: Partial<PriceText>): PriceText => ({ ...priceText(null), ...changes });

describe("priceText", () => {
  it("shows a stored price as it would be typed, and what falls back as empty", () => {
    expect(priceText(price)).toEqual(typed({ input: "2", cachedInput: "0.4", output: "8" }));
    expect(priceText({ ...price, requestNanos: 1_500_000n, reasoningNanos: 0n })).toMatchObject({
      request: "0.0015",
      reasoning: "0",
    });
  });
});

describe("exampleCost", () => {
  it("is 1,000 in and 500 out at the price per million, times the group", () => {
    // 1,000 × ¥2 / 10⁶ + 500 × ¥8 / 10⁶ = ¥0.006
    expect(exampleCost(typed({ input: "2", output: "8" }), 1_000_000)).toBe(6_000_000n);
    expect(exampleCost(typed({ input: "2", output: "8" }), 800_000)).toBe(4_800_000n);
  });

  it("counts the price per request once", () =>
    expect(exampleCost(typed({ input: "0", output: "0", request: "0.01" }), 500_000)).toBe(5_000_000n));

  it("waits while input or output is missing or no amount", () => {
    for (const changes of [{ input: "2" }, { input: "2", output: "-8" }, { input: "2", output: "8", request: "x" }]) {
      expect(exampleCost(typed(changes), 1_000_000)).toBeNull();
    }
  });
});

describe("amountProblem", () => {
  it("demands input and output, and lets the others fall back", () => {
    expect(amountProblem("input", " ")).toBe("missing");
    expect(amountProblem("output", "")).toBe("missing");
    expect(amountProblem("audio", "")).toBeNull();
  });

  it("tells a sign, a size, decimals and nonsense apart", () => {
    expect(amountProblem("input", "-2")).toBe("negative");
    expect(amountProblem("input", "−2")).toBe("negative");
    expect(amountProblem("input", "99999999")).toBe("absurd");
    expect(amountProblem("input", "0.0000000001")).toBe("tooFine");
    expect(amountProblem("input", "1e3")).toBe("notAmount");
    expect(amountProblem("request", "两块")).toBe("notAmount");
    expect(amountProblem("input", "1,000.25")).toBeNull();
  });
});

describe("suspicion", () => {
  it("is raised by twentyfold leaps and by ¥1,000 a million, not by ordinary changes", () => {
    expect(suspicion(typed({ input: "4", output: "16" }), price)).toBeNull();
    expect(suspicion(typed({ input: "40", output: "8" }), price)).toBe("leap");
    expect(suspicion(typed({ input: "2", output: "8000" }), null)).toBe("dear");
    expect(suspicion(typed({ input: "0.5", output: "8" }), { ...price, inputNanos: 0n })).toBeNull();
    expect(suspicion(typed({ input: "2", output: "8" }), price, [{ input: "40", output: "16" }])).toBe("leap");
    expect(suspicion(typed({ input: "2", output: "8" }), price, [{ input: "6", output: "24" }])).toBeNull();
  });
});
