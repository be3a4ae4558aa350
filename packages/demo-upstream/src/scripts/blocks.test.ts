import { expect, it } from "vitest";
import { blocksOf, reach, walkBlocks } from "./blocks.ts";
import { listPieces } from "./pieces.ts";
import { answer, type Piece, plainCall } from "./plan.ts";

const call = { ...plainCall, model: "x" };
const pieces: readonly Piece[] = [
  { kind: "reasoning", text: "a" },
  { kind: "reasoning", text: "b" },
  { kind: "redacted", data: "1" },
  { kind: "redacted", data: "2" },
  { kind: "text", text: "c" },
  { kind: "text", text: "d", opensBlock: true },
  { kind: "tool", call: 0, opens: { id: "i0", name: "f" }, argumentsPart: "" },
  { kind: "tool", call: 1, opens: { id: "i1", name: "g" }, argumentsPart: "" },
  { kind: "tool", call: 0, argumentsPart: "{}" },
  { kind: "tool", call: 1, argumentsPart: "[]" },
];

it("puts pieces of one kind together, and calls that take turns one after the other", () => {
  const blocks = blocksOf(call, answer(listPieces(pieces), { quirks: { interleaves: true } }));
  expect(blocks).toMatchObject([
    { kind: "reasoning", text: "ab" },
    { kind: "redacted", data: "1" },
    { kind: "redacted", data: "2" },
    { kind: "text", text: "c" },
    { kind: "text", text: "d" },
    { kind: "tool", id: "i0", name: "f", argumentsText: "{}" },
    { kind: "tool", id: "i1", name: "g", argumentsText: "[]" },
  ]);
});

it("opens and closes every block around its pieces", () => {
  const events = [...walkBlocks(listPieces(pieces.slice(0, 5)), 5)].map(({ kind, index }) => `${kind} ${index}`);
  expect(events.join(", ")).toBe(
    "open 0, delta 0, delta 0, close 0, open 1, delta 1, close 1, open 2, delta 2, close 2, open 3, delta 3, close 3",
  );
});

it("says length only where something is missing", () => {
  const three = answer(listPieces(pieces.slice(0, 3)));
  expect(reach({ ...call, maxTokens: 3 }, three)).toEqual({ count: 3, finish: "stop" });
  expect(reach({ ...call, maxTokens: 2 }, three)).toEqual({ count: 2, finish: "length" });
});
