import { describe, expect, it } from "vitest";
import { aboveText } from "./above.ts";

describe("aboveText", () => {
  it("shortens what is whole, and never rounds", () => {
    expect([128_000, 1_000_000, 131_072, 1_500_000, 1].map(aboveText)).toEqual([
      "128 k",
      "1 M",
      "131,072",
      "1500 k",
      "1",
    ]);
  });
});
