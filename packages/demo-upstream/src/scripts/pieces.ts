import type { Piece, Pieces } from "./plan.ts";

/** UTF-16 units a piece: about the size of a token. */
const pieceLength = 4;

/** Cuts `text` into pieces of about four characters, never inside a surrogate pair. */
export function cutText(text: string, kind: "text" | "reasoning" = "text"): Pieces {
  const boundary = (index: number) => {
    const position = Math.min(index * pieceLength, text.length);
    return isInsidePair(text, position) ? position + 1 : position;
  };
  // A lone second half of a pair at the very end has moved into the piece before it.
  const count = Math.ceil((isInsidePair(text, text.length - 1) ? text.length - 1 : text.length) / pieceLength);
  return { count, at: (index) => ({ kind, text: text.slice(boundary(index), boundary(index + 1)) }) };
}

/** Pieces from a list, one chunk each. */
export function listPieces(list: readonly Piece[]): Pieces {
  return {
    count: list.length,
    at(index) {
      const piece = list[index];
      if (!piece) throw new RangeError(`no piece ${index} of ${list.length}`);
      return piece;
    },
  };
}

/** `first`, then `second`. */
export function joinPieces(first: Pieces, second: Pieces): Pieces {
  return {
    count: first.count + second.count,
    at: (index) => (index < first.count ? first.at(index) : second.at(index - first.count)),
  };
}

/** `count` text pieces "0 ", "1 ", "2 ", …: a lost, doubled or misplaced chunk shows. */
export function numberedPieces(count: number): Pieces {
  return { count, at: (index) => ({ kind: "text", text: `${index} ` }) };
}

function isInsidePair(text: string, position: number): boolean {
  if (position <= 0 || position >= text.length) return false;
  const before = text.charCodeAt(position - 1);
  const after = text.charCodeAt(position);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
