import { describe, expect, it } from "vitest";
import { sumUp } from "./arithmetic.ts";

const yuan = (amount: number) => BigInt(Math.round(amount * 1e9));

describe("sumUp", () => {
  it("multiplies what is added, exactly, and adds it to what is there", () => {
    const sum = sumUp("add", [yuan(1), yuan(2.5), 0n], 1n);
    expect(sum).toMatchObject({ people: 3, productNanos: 3n, beforeNanos: yuan(3.5), afterNanos: yuan(3.5) + 3n });
  });

  it("tells how many a target raises and lowers, and what they have together afterwards", () => {
    const sum = sumUp("set", [yuan(30), yuan(20), yuan(5), 0n], yuan(20));
    expect(sum).toMatchObject({ raised: 2, lowered: 1, beforeNanos: yuan(55), afterNanos: yuan(80) });
  });
});
