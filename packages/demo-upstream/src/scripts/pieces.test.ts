import fc from "fast-check";
import { expect, it } from "vitest";
import { cutText, joinPieces } from "./pieces.ts";
import type { Pieces } from "./plan.ts";

const textOf = (pieces: Pieces) =>
  Array.from({ length: pieces.count }, (_, index) => pieces.at(index)).map((piece) =>
    "text" in piece ? piece.text : "",
  );

it("cuts any text into pieces that are not empty, hold whole characters and add up to it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const parts = textOf(cutText(text));
      expect(parts.join("")).toBe(text);
      for (const part of parts) {
        expect(part).not.toBe("");
        expect(part.isWellFormed()).toBe(true);
      }
    }),
  );
});

it("joins two lists end to end", () => {
  const joined = joinPieces(cutText("thinking", "reasoning"), cutText("said"));
  expect(joined.count).toBe(3);
  expect(textOf(joined)).toEqual(["thin", "king", "said"]);
  expect(joined.at(1).kind).toBe("reasoning");
  expect(joined.at(2).kind).toBe("text");
});
