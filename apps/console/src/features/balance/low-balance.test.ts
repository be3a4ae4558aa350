import type { CreditRow } from "@lyceum/db";
import { describe, expect, it } from "vitest";
import { balanceState } from "./low-balance.ts";

const credit = { amountNanos: 100n } as CreditRow;

describe("balanceState", () => {
  it("warns below a tenth of what was given, and not at it", () => {
    expect(balanceState({ availableNanos: 10n, credits: [credit] })).toBe("fine");
    expect(balanceState({ availableNanos: 9n, credits: [credit] })).toBe("low");
  });

  it("says none where nothing can be spent, even if credits are reserved whole", () => {
    expect(balanceState({ availableNanos: 0n, credits: [credit] })).toBe("none");
    expect(balanceState({ availableNanos: 0n, credits: [] })).toBe("none");
  });
});
