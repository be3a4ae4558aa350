import { expect, it } from "vitest";
import { highlight } from "./highlight-engine.ts";

it("colours code without changing a byte of it", () => {
  const source = 'import numpy as np\n\ndef f(x):\n\treturn "é$" * 2  # end\n';
  const runs = highlight(source, "Python");
  expect(runs.map((run) => run.text).join("")).toBe(source);
  expect(new Set(runs.map((run) => run.kind))).toEqual(new Set(["k", "s", "c", "n", ""]));
});

it("takes short names of languages, and leaves unknown ones plain", () => {
  expect(highlight("let x = 1", "ts").length).toBeGreaterThan(1);
  expect(highlight("x", "brainfuck")).toEqual([{ text: "x", kind: "" }]);
});
