import { describe, expect, it } from "vitest";
import { contextText } from "./context.ts";

describe("contextText", () => {
  it("names round windows of either base, and others in full", () => {
    expect([128_000, 131_072, 8_192, 262_144, 1_000_000, 1_048_576, 4_095].map(contextText)).toEqual([
      "128 k",
      "128 k",
      "8 k",
      "256 k",
      "1 M",
      "1 M",
      "4,095",
    ]);
  });
});
