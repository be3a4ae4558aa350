import { errorCodes, errorTable } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import { plainSentence } from "./plain-sentence.ts";

describe("plainSentence", () => {
  it("says what an error means without its case", () => {
    expect(plainSentence("There is no model named {model}. {hint_en}")).toBe("There is no model named …");
    expect(plainSentence("余额不足：至少需要 {needed}。{advice_zh}")).toBe("余额不足：至少需要 …");
    expect(plainSentence("A key has expired.")).toBe("A key has expired.");
  });

  it("leaves no brace in any sentence", () => {
    for (const code of errorCodes)
      for (const locale of ["zh", "en"] as const) expect(plainSentence(errorTable[code][locale])).not.toMatch(/[{}]/);
  });
});
