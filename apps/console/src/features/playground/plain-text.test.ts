import { expect, it } from "vitest";
import { lastCode, plainText, quoted } from "./plain-text.ts";

it("takes the marks off words and leaves code and formulas as they are", () => {
  const markdown = '## Title\n\n**bold** and *it* [link](https://a.b) $a*b*c$\n\n```py\nx = "**"\n```\n> quote `**`';
  expect(plainText(markdown)).toBe('Title\n\nbold and it link $a*b*c$\n\nx = "**"\nquote **');
});

it("finds the last code, whole, also while it is written", () => {
  expect(lastCode("```a\n1\n```\ntext\n~~~b\n\t2\n\n3\n~~~\nend")).toBe("\t2\n\n3");
  expect(lastCode("```a\nopen")).toBe("open");
  expect(lastCode("none")).toBeNull();
});

it("quotes every line", () => {
  expect(quoted("a\n\nb")).toBe("> a\n> \n> b\n\n");
});
