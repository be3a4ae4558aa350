import { expect, it } from "vitest";
import { cutText, storableText } from "./storable-text.ts";

it("keeps text as it is but for what PostgreSQL has no room for", () => {
  expect(storableText("热力学 😀\n")).toBe("热力学 😀\n");
  expect(storableText("a\u0000b\ud83dc")).toBe("ab\ufffdc");
});

it("never cuts a character in two", () => {
  expect(cutText("ab😀", 3)).toBe("ab");
  expect(cutText("ab😀", 4)).toBe("ab😀");
  expect(cutText("ab😀c", 4)).toBe("ab😀");
  expect(cutText("abc", 2)).toBe("ab");
});
