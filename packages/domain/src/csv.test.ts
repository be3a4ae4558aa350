import { describe, expect, it } from "vitest";
import { csvCell, csvLine } from "./csv.ts";

describe("csvCell", () => {
  it("keeps a spreadsheet from running text as a formula", () => {
    expect(["=1+1", "+1", "-1+1", "-A1", "@SUM(A1)", "＝1+1", "\t=1", "\r=1"].map(csvCell)).toEqual([
      "'=1+1",
      "'+1",
      "'-1+1",
      "'-A1",
      "'@SUM(A1)",
      "'＝1+1",
      "'\t=1",
      '"\'\r=1"',
    ]);
    expect(csvCell('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"');
  });

  it("keeps apostrophes apart from its own: taking one off gives the text back", () => {
    expect(["'=1", "''-A", "'A", "'"].map(csvCell)).toEqual(["''=1", "'''-A", "'A", "'"]);
  });

  it("writes numbers as numbers, negative ones too", () => {
    expect([csvCell(-1.5), csvCell(-5n), csvCell(0), csvCell("-0.25")]).toEqual(["-1.5", "-5", "0", "-0.25"]);
  });

  it("quotes commas, quotes and line breaks only", () => {
    expect(csvLine(["a", 'say "hi"', "x,y", "两行\n文字", null])).toBe('a,"say ""hi""","x,y","两行\n文字",\r\n');
  });
});
