import { describe, expect, it } from "vitest";
import { changeText, constraintChangeSchema, withChange } from "./constraint-changes.ts";
import { noConstraints } from "./model-constraints.ts";

const atMost = (maximum: number) => ({ kind: "range", parameter: "top_p", maximum }) as const;
const atLeast = (minimum: number) => ({ kind: "range", parameter: "top_p", minimum }) as const;

describe("a change of constraints", () => {
  it("narrows a range and never widens it", () => {
    const once = withChange(noConstraints, atMost(0.95));
    expect(once.ranges).toEqual({ top_p: { maximum: 0.95 } });
    expect(withChange(once, atMost(0.99)).ranges).toEqual({ top_p: { maximum: 0.95 } });
    expect(withChange(once, atLeast(0.01)).ranges).toEqual({ top_p: { minimum: 0.01, maximum: 0.95 } });
  });

  it("takes the place of a range that it has nothing in common with", () => {
    expect(withChange(withChange(noConstraints, atMost(0.5)), atLeast(0.8)).ranges).toEqual({
      top_p: { minimum: 0.8 },
    });
  });

  it("names a refused field once, and leaves all else", () => {
    const change = { kind: "reject", field: "logit_bias" } as const;
    const before = { ...withChange(noConstraints, atMost(1)), recommended: { temperature: 0.6 } };
    const after = withChange(withChange(before, change), change);
    expect(after).toEqual({ ...before, rejected: ["logit_bias"] });
  });

  it("reads the same where it says the same, and must say something", () => {
    expect(changeText({ kind: "range", parameter: "top_p", minimum: 0.01, maximum: 1 })).toBe("0.01 ≤ top_p ≤ 1");
    expect(changeText(atLeast(1))).toBe("top_p ≥ 1");
    expect(changeText({ kind: "reject", field: "a.b" })).toBe("− a.b");
    expect(constraintChangeSchema.safeParse({ kind: "range", parameter: "top_p" }).success).toBe(false);
    expect(
      constraintChangeSchema.safeParse({ kind: "range", parameter: "top_p", minimum: 2, maximum: 1 }).success,
    ).toBe(false);
  });
});
