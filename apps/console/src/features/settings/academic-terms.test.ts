import { describe, expect, it } from "vitest";
import { academicTermsInput } from "./schema.ts";

const term = (startsOn: string, endsOn: string, name: { zh?: string; en?: string } = {}) => ({
  ...{ startsOn, endsOn, zh: "", en: "" },
  ...name,
});
const problems = (...terms: ReturnType<typeof term>[]) =>
  academicTermsInput.safeParse({ terms }).error?.issues.map((issue) => [issue.path.join("."), issue.message]) ?? [];

describe("academic terms as typed", () => {
  it("are none, or follow one another", () => {
    expect(problems()).toEqual([]);
    expect(
      problems(term("2026-09-01", "2027-01-17", { zh: "秋", en: "Autumn" }), term("2027-02-22", "2027-07-10")),
    ).toEqual([]);
  });

  it("are refused at the field that must change", () => {
    expect(problems(term("2026-09-01", "2026-08-31"))).toEqual([["terms.0.endsOn", "settings.termBackwards"]]);
    expect(problems(term("2026-09-01", "2027-01-17"), term("2027-01-17", "2027-07-10"))).toEqual([
      ["terms.1.startsOn", "settings.termOverlaps"],
    ]);
    expect(problems(term("2026-09-01", "2027-01-17", { zh: "秋" }))).toEqual([["terms.0.en", "settings.termNameBoth"]]);
    expect(problems(term("", "2027-01-17"))[0]?.[0]).toBe("terms.0.startsOn");
  });
});
