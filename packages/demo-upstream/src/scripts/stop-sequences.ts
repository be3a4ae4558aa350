import { listPieces } from "./pieces.ts";
import type { Answer, Piece } from "./plan.ts";

/** Longer answers are not searched: a script that makes a million pieces on demand must not hold them. */
const maxPieces = 10_000;

/** The answer, ended before the first of `sequences` in its text. */
export function stopAt(answer: Answer, sequences: readonly string[]): Answer {
  const { count } = answer.pieces;
  if (count > maxPieces) return answer;
  const pieces = Array.from({ length: count }, (_, index) => answer.pieces.at(index));
  const found = firstOf(pieces.map((piece) => (piece.kind === "text" ? piece.text : "")).join(""), sequences);
  if (!found) return answer;
  const kept = listPieces(trimTo(pieces, found.at));
  return { ...answer, pieces: kept, finish: "stop-sequence", stopSequence: found.sequence };
}

function firstOf(text: string, sequences: readonly string[]) {
  const found = sequences
    .map((sequence) => ({ sequence, at: sequence === "" ? -1 : text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** The pieces as far as `length` characters of text go; what comes behind is never written. */
function trimTo(pieces: readonly Piece[], length: number): Piece[] {
  const kept: Piece[] = [];
  let left = length;
  for (const piece of pieces) {
    if (piece.kind !== "text") {
      kept.push(piece);
      continue;
    }
    const text = piece.text.slice(0, left);
    if (text !== "") kept.push({ ...piece, text });
    if (text.length < piece.text.length) break;
    left -= text.length;
  }
  return kept;
}
