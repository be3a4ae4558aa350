import { describe, expect, it } from "vitest";
import { lineDiff } from "./line-diff.ts";

const marked = (before: string, after: string) =>
  lineDiff([...before], [...after])
    .map(({ kind, text }) => ({ same: "", gone: "-", new: "+" })[kind] + text)
    .join(" ");

describe("the difference of lines", () => {
  it.each([
    ["abc", "abc", "a b c"],
    ["abc", "axc", "a -b +x c"],
    ["", "ab", "+a +b"],
    ["ab", "", "-a -b"],
    ["abcd", "bd", "-a b -c d"],
  ])("from %s to %s is %s", (before, after, expected) => {
    expect(marked(before, after)).toBe(expected);
  });
});
