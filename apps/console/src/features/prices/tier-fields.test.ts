import type { Price } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { priceText } from "./price-fields.ts";
import { newTier, shownClasses, type TierText, tierProblem, tierTexts } from "./tier-fields.ts";

const base = {
  inputNanos: 2_000_000_000n,
  cachedInputNanos: 400_000_000n,
  cacheWriteNanos: null,
  outputNanos: 8_000_000_000n,
  reasoningNanos: null,
  imageNanos: null,
  audioNanos: null,
};
const tier = { ...base, aboveTokens: 128_000, cachedInputNanos: null, audioNanos: 1n };
const price: Price = {
  ...base,
  id: "p",
  version: 1,
  requestNanos: 0n,
  tiers: [tier, { ...tier, aboveTokens: 256_000 }],
};
const [first, second] = tierTexts(price) as [TierText, TierText];

describe("tiers as typed", () => {
  it("show what is stored, and give each row a key of its own, also after one was removed", () => {
    expect(first).toMatchObject({ above: "128000", input: "2", cachedInput: "", audio: "0.000000001", key: 0 });
    expect(tierTexts(null)).toEqual([]);
    expect(newTier([second])).toMatchObject({ above: "", input: "", key: 2 });
    expect(newTier([]).key).toBe(0);
  });

  it("have fields for what the base prices name, and never hide what was typed", () => {
    expect(shownClasses(first, priceText(price))).toEqual(["input", "output", "cachedInput", "audio"]);
    expect(shownClasses(newTier([]), priceText(null))).toEqual(["input", "output"]);
  });
});

describe("tierProblem", () => {
  it("wants longer and longer inputs, in whole tokens", () => {
    const above = (...texts: string[]) =>
      tierProblem(
        texts.map((text) => ({ ...first, above: text })),
        texts.length - 1,
        "above",
      );
    expect(above("128,000")).toBeNull();
    expect(above("128000", "128001")).toBeNull();
    expect(above("")).toBe("aboveMissing");
    for (const bad of ["128k", "0", "1.5", "-1", "100000001"]) expect(above(bad)).toBe("aboveNotCount");
    expect(above("128000", "128000")).toBe("aboveNotLonger");
    expect(above("256000", "128000")).toBe("aboveNotLonger");
    // The one before is wrong by itself and says so; this one isn't blamed for it.
    expect(above("x", "128000")).toBeNull();
  });

  it("wants amounts as the base prices do", () => {
    const problem = (changes: Partial<TierText>, of: "input" | "cachedInput") =>
      tierProblem([{ ...first, ...changes }], 0, of);
    expect(problem({ input: "" }, "input")).toBe("missing");
    expect(problem({ cachedInput: "-1" }, "cachedInput")).toBe("negative");
    expect(problem({ cachedInput: "" }, "cachedInput")).toBeNull();
  });
});
