import { describe, expect, it } from "vitest";
import { starterIn } from "./presets.ts";

describe("starterIn", () => {
  it("finds the starter that an address names, and no other word", () => {
    expect(starterIn("?model=m&starter=fit")).toBe("fit");
    for (const search of ["", "?starter=", "?starter=Fit", "?starter=toString", "?starter=cycle,fit"])
      expect(starterIn(search)).toBeNull();
  });
});
