import { validateHeaderValue } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headerList, headerText } from "./header-text.ts";

describe("headerList", () => {
  it("names the first of very many, and says how many there are more", () => {
    expect(headerList(["a", "b c", "模"])).toBe("a, b%20c, %E6%A8%A1");
    expect(headerList(Array.from({ length: 45 }, (_, index) => `f${index}`))).toMatch(/^f0, f1, .*f39, \+5$/);
    expect(headerList(Array.from({ length: 40 }, () => "模".repeat(100)))).toMatch(/, \+38$/);
  });

  it("stays a short, legal header whatever names a client invents, also halves of characters", () => {
    expect(headerList([`${"x".repeat(99)}😀`])).toContain("xxx");
    const name = fc
      .string({ unit: "binary", maxLength: 200 })
      .chain((text) => fc.nat(text.length).map((at) => `${text.slice(0, at)}\ud83d`));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), (names) => {
        const text = headerList(names);
        expect(() => validateHeaderValue("x-gateway-dropped", text)).not.toThrow();
        expect(text.length).toBeLessThanOrEqual(2_010);
      }),
      { numRuns: 50 },
    );
    expect(headerText("\ud800")).toBe("%EF%BF%BD");
  });
});
