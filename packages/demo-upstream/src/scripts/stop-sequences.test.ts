import fc from "fast-check";
import { expect, it } from "vitest";
import { cutText, joinPieces, numberedPieces } from "./pieces.ts";
import { answer, type Pieces } from "./plan.ts";
import { stopAt } from "./stop-sequences.ts";

const textOf = (pieces: Pieces) =>
  Array.from({ length: pieces.count }, (_, index) => pieces.at(index))
    .map((piece) => (piece.kind === "text" ? piece.text : ""))
    .join("");

it("ends any text before the first sequence in it, wherever pieces are cut (case 17)", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 40 });
  const sequences = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 4 }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(letters, sequences, (text, stops) => {
      const stopped = stopAt(answer(cutText(text)), stops);
      const at = Math.min(...stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0));
      if (at === Infinity) {
        expect(stopped.finish).toBe("stop");
        return;
      }
      expect(textOf(stopped.pieces)).toBe(text.slice(0, at));
      expect(stopped.finish).toBe("stop-sequence");
      expect(text.slice(at).startsWith(stopped.stopSequence ?? "?")).toBe(true);
    }),
  );
});

it("leaves thinking alone, and ignores an empty sequence", () => {
  const plan = answer(joinPieces(cutText("stop here", "reasoning"), numberedPieces(3)));
  expect(stopAt(plan, ["stop", ""])).toBe(plan);
  expect(stopAt(plan, ["2"]).pieces.count).toBe(plan.pieces.count - 1);
});
