import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateTokens, leastTokens, mostTokens } from "./estimate-tokens.ts";
import counts from "./fixtures/counts.json" with { type: "json" };
import { TokenSum, usualWeights } from "./token-sum.ts";

type Count = (typeof counts)["chat/answer.txt"];
/** Those that the weights are fitted to: vocabularies of models that campuses run. */
const fitted = ["qwen3", "deepseek_v3", "o200k"] as const;
const categories = ["chinese", "english", "code", "latex", "chat"];

/** Of each stretch of a long text its middle is looked at. */
function middle(): number {
  return 0.5;
}

const samples = Object.entries(counts).map(([name, count]: [string, Count]) => {
  const text = readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
  const category = name.slice(0, name.indexOf("/"));
  const mean = fitted.reduce((sum, tokenizer) => sum + count[tokenizer], 0) / fitted.length;
  return { name, category, text, count, mean, estimate: estimateOf(text) };
});
const natural = samples.filter(({ category }) => categories.includes(category));

function estimateOf(text: string): number {
  return estimateJson(JSON.stringify(text));
}

/** Of the text of a JSON string, quotes included. */
function estimateJson(json: string): number {
  const bytes = Buffer.from(json);
  return estimateTokens(bytes, [1, bytes.length - 1], middle);
}

function errorOf(list: typeof samples): number {
  const sum = (of: (sample: (typeof samples)[number]) => number) => list.reduce((total, each) => total + of(each), 0);
  return sum(({ estimate }) => estimate) / sum(({ mean }) => mean) - 1;
}

describe("estimateTokens", () => {
  it.each(categories)("is within 15 %% of the tokenizers, over all samples of %s", (category) => {
    const list = samples.filter((sample) => sample.category === category);
    expect(list.length).toBeGreaterThanOrEqual(6);
    expect(Math.abs(errorOf(list))).toBeLessThan(0.05);
    for (const tokenizer of fitted) {
      const truth = list.reduce((sum, { count }) => sum + count[tokenizer], 0);
      const estimate = list.reduce((sum, each) => sum + each.estimate, 0);
      expect(Math.abs(estimate / truth - 1), tokenizer).toBeLessThan(0.15);
    }
  });

  it.each(natural)("is within 15 % of their mean for $name alone", ({ estimate, mean }) => {
    expect(Math.abs(estimate / mean - 1)).toBeLessThan(0.15);
  });

  it("is within 30 % for other languages, and within 10 % over all of them", () => {
    const list = samples.filter(({ category }) => category === "languages");
    for (const { estimate, mean, name } of list) expect(Math.abs(estimate / mean - 1), name).toBeLessThan(0.3);
    expect(Math.abs(errorOf(list))).toBeLessThan(0.1);
  });

  it("holds for texts too long to be looked at as a whole", () => {
    const text = natural.map((sample) => sample.text).join("\n");
    expect(Buffer.byteLength(text)).toBeGreaterThan(32_768);
    const truth = natural.reduce((sum, { mean }) => sum + mean, 0);
    for (const times of [1, 3, 7, 25]) {
      expect(Math.abs(estimateOf(text.repeat(times)) / (truth * times) - 1)).toBeLessThan(0.1);
    }
  });

  it("looks at long texts evenly, however they are cut into strings", () => {
    const one = Buffer.from("word ".repeat(20_000) + "校园网络".repeat(10_000));
    const spans = Array.from({ length: 2_200 }, (_, index) => [index * 100, index * 100 + 100]).flat();
    const whole = estimateTokens(one, [0, one.length], middle);
    expect(Math.abs(estimateTokens(one, spans, middle) / whole - 1)).toBeLessThan(0.05);
    expect(Math.abs(whole / (20_000 * 0.97 + 40_000 * 0.485) - 1)).toBeLessThan(0.05);
  });

  it("is not fooled by a text that is light just where it would be looked at", () => {
    // Windows at equal distance, as they lay once, would see nothing but one letter over and over.
    const total = 400_000;
    const text = Buffer.from("Zq7 ".repeat(total / 4));
    for (let window = 0; window < 32; window++) {
      const at = Math.floor((window * (total - 512)) / 31);
      text.fill("a", at, at + 512);
    }
    const dense = estimateOf("Zq7 ".repeat(1_000)) * 100;
    expect(estimateTokens(text, [0, total])).toBeGreaterThan(dense * 0.8);
  });

  it("takes escapes for the characters they stand for", () => {
    for (const { text } of samples) {
      const plain = estimateOf(text);
      const escaped = JSON.stringify(text).replace(
        /[^ -~]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      // An emoji becomes two escapes, which weigh less.
      const halves = text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0;
      expect(Math.abs(estimateJson(escaped) - plain)).toBeLessThan(0.000_001 + halves);
    }
    expect(estimateJson('"a\\nb\\tc\\"d\\\\e\\/f"')).toBe(estimateJson('"a\\u000ab\\u0009c\\u0022d\\u005ce\\u002ff"'));
    expect(estimateJson('"\\u0041bc"')).toBe(estimateJson('"Abc"'));
  });

  it("is not fooled by text without words", () => {
    for (const name of ["dna", "protein", "hashes", "numbers.csv", "names"]) {
      const sample = samples.find((each) => each.name === `awkward/${name}.txt`);
      expect(Math.abs((sample?.estimate ?? 0) / (sample?.mean ?? 1) - 1), name).toBeLessThan(0.15);
    }
  });

  it.each([
    ["x", 1_000, 125],
    ["the ", 300, 301],
    ["acgtacgttgca", 20, 120],
  ])("does not run away where %j is repeated", (text, times, truth) => {
    expect(Math.abs(estimateOf(text.repeat(times)) / truth - 1)).toBeLessThan(0.25);
  });

  it("is nothing for no text, and something for any", () => {
    expect(estimateTokens(Buffer.from("{}"), [])).toBe(0);
    expect(estimateOf("")).toBe(0);
    for (const text of ["a", "好", "1", ".", "é", "😀", "न"]) expect(estimateOf(text)).toBeGreaterThan(0);
  });
});

describe("mostTokens and leastTokens", () => {
  it("enclose every natural sample for every tokenizer of today", () => {
    for (const { name, count, estimate } of natural) {
      for (const tokenizer of [...fitted, "internlm2"] as const) {
        expect(mostTokens(estimate), name).toBeGreaterThan(count[tokenizer]);
        expect(leastTokens(estimate), name).toBeLessThan(count[tokenizer]);
      }
    }
  });
});

describe("TokenSum", () => {
  it("counts the same whole or in pieces", () => {
    const piece = fc.constantFrom(
      "word",
      "Word",
      "ing",
      "URL",
      " ",
      "  ",
      "\\n",
      "12",
      "3",
      "校园",
      "。",
      "é",
      "→",
      "--",
      ";",
      "😀",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const whole = new TokenSum();
        const bytes = Buffer.from(pieces.join(""));
        whole.add(bytes, 0, bytes.length);
        const parts = new TokenSum();
        for (const each of pieces.map((text) => Buffer.from(text))) parts.add(each, 0, each.length);
        expect(parts.tokens).toBeCloseTo(whole.tokens, 6);
      }),
    );
  });

  it("reads bytes of any kind to the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const sum = new TokenSum();
        sum.add(bytes, 0, bytes.length);
        expect(sum.tokens).toBeGreaterThanOrEqual(0);
        expect(sum.tokens).toBeLessThanOrEqual(bytes.length * 3);
      }),
    );
  });
});

describe("docs/token-estimates.md", () => {
  it("names every weight with its figure", () => {
    const page = readFileSync(new URL("../../../../docs/token-estimates.md", import.meta.url), "utf8");
    for (const [name, weight] of Object.entries(usualWeights)) expect(page).toContain(`| \`${name}\` | ${weight} |`);
  });
});
