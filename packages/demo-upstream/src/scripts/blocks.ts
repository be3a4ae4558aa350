import { listPieces } from "./pieces.ts";
import type { Answer, Citation, DemoCall, Finish, Piece, Pieces } from "./plan.ts";

/** Pieces that belong together, put together. */
export type Block =
  | { kind: "text"; text: string; citations: Citation[] }
  | { kind: "refusal"; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "redacted"; data: string }
  | { kind: "tool"; call: number; id: string; name: string; argumentsText: string };

/** What happens on the way through the pieces: `delta` for every piece, `open` and `close` around those of a block. */
export type BlockEvent =
  | { kind: "open"; block: Block; index: number }
  | { kind: "delta"; block: Block; index: number; piece: Piece; position: number }
  | { kind: "close"; block: Block; index: number };

/** Walks the first `count` pieces. A block holds at `close` all that came for it, at `delta` also the piece itself. */
export function* walkBlocks(pieces: Pieces, count: number): Generator<BlockEvent, void> {
  let open: { block: Block; index: number } | undefined;
  for (let position = 0; position < count; position++) {
    const piece = pieces.at(position);
    if (!open || !continues(open.block, piece)) {
      if (open) yield { kind: "close", ...open };
      open = { block: emptyBlock(piece), index: (open?.index ?? -1) + 1 };
      yield { kind: "open", ...open };
    }
    append(open.block, piece);
    yield { kind: "delta", ...open, piece, position };
  }
  if (open) yield { kind: "close", ...open };
}

/** The blocks of an answer as far as its limit lets it come, in order. */
export function blocksOf(call: DemoCall, answer: Answer): Block[] {
  const blocks: Block[] = [];
  for (const event of walkBlocks(sequential(answer), reach(call, answer).count)) {
    if (event.kind === "close") blocks.push(event.block);
  }
  return blocks;
}

/** How many pieces a choice gets, and why it ends. */
export function reach(call: DemoCall, answer: Answer): { count: number; finish: Finish } {
  const count = Math.min(answer.pieces.count, call.maxTokens);
  return { count, finish: count < answer.pieces.count ? "length" : answer.finish };
}

/** The pieces with those of one call side by side, for protocols whose calls cannot take turns. */
export function sequential({ pieces, quirks }: Answer): Pieces {
  if (!quirks.interleaves) return pieces;
  const callOf = (piece: Piece) => (piece.kind === "tool" ? piece.call : -1);
  const list = Array.from({ length: pieces.count }, (_, index) => pieces.at(index));
  return listPieces(list.sort((a, b) => callOf(a) - callOf(b)));
}

/** The arguments as an object; one whose text was cut short has none, as no vendor sends half a value as a whole. */
export function argumentsObject(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function continues(block: Block, piece: Piece): boolean {
  switch (piece.kind) {
    case "text":
      return block.kind === "text" && !piece.opensBlock;
    case "citation":
      return block.kind === "text";
    case "tool":
      return block.kind === "tool" && !piece.opens;
    case "redacted":
      return false;
    default:
      return block.kind === piece.kind;
  }
}

function emptyBlock(piece: Piece): Block {
  switch (piece.kind) {
    case "text":
    case "citation":
      return { kind: "text", text: "", citations: [] };
    case "tool":
      return {
        kind: "tool",
        call: piece.call,
        id: piece.opens?.id ?? "",
        name: piece.opens?.name ?? "",
        argumentsText: "",
      };
    case "redacted":
      return { kind: "redacted", data: piece.data };
    default:
      return { kind: piece.kind, text: "" };
  }
}

function append(block: Block, piece: Piece) {
  if (piece.kind === "citation") {
    if (block.kind === "text") block.citations.push(piece.citation);
  } else if (piece.kind === "tool") {
    if (block.kind === "tool") block.argumentsText += piece.argumentsPart;
  } else if (piece.kind !== "redacted" && "text" in block) {
    block.text += piece.text;
  }
}
