import { describe, expect, it } from "vitest";
import { readDismissed, withDismissed } from "./dismissed.ts";

describe("notices put away", () => {
  it("are remembered once each, the newest thirty, and nothing that is no id", () => {
    expect(readDismissed(withDismissed(withDismissed("a.b", "c"), "a"))).toEqual(["b", "c", "a"]);
    const many = Array.from({ length: 40 }, (_, index) => `n${index}`).reduce(withDismissed, "");
    expect(readDismissed(many)).toHaveLength(30);
    expect(readDismissed(many).at(-1)).toBe("n39");
    expect(readDismissed(withDismissed(undefined, "<script>; x"))).toEqual([]);
  });
});
