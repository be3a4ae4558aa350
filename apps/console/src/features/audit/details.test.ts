import { describe, expect, it } from "vitest";
import { factsOf } from "./details.ts";

describe("factsOf", () => {
  it("lays a changed value side by side, with the reason after it", () => {
    expect(factsOf({ before: "0", after: "20", reason: "midterm" })).toEqual([
      { path: "", before: "0", after: "20" },
      { path: "reason", after: "midterm" },
    ]);
  });

  it("names only the fields that differ", () => {
    const before = { name: "vip", multiplierPpm: 1_000_000, isOpen: false };
    expect(factsOf({ before, after: { ...before, multiplierPpm: 800_000 } })).toEqual([
      { path: "multiplierPpm", before: "1000000", after: "800000" },
    ]);
  });

  it("shows lists as one fact, and what was added or is gone as a dash on the other side", () => {
    expect(factsOf({ before: ["default"], after: ["default", "vip"] })).toEqual([
      { path: "", before: "default", after: "default, vip" },
    ]);
    expect(factsOf({ before: null, after: { input: "2" } })).toEqual([{ path: "input", before: "–", after: "2" }]);
  });
});
