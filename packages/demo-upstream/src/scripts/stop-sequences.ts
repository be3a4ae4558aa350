import { listPieces } from "./pieces.ts";
import type { Answer, Piece } from "./plan.ts";

/** Longer answers are not searched: a script that makes a million pieces on demand must not hold them. */
const maxPieces = 10_000;

/** The answer, ended before the first of `sequences` that its text comes to. */
export function stopAt(answer: Answer, sequences: readonly string[]): Answer {
  if (answer.pieces.count > maxPieces) return answer;
  const kept: Piece[] = [];
  let text = "";
  for (let index = 0; index < answer.pieces.count; index++) {
    const piece = answer.pieces.at(index);
    kept.push(piece);
    if (piece.kind !== "text") continue;
    text += piece.text;
    const found = firstOf(text, sequences);
    if (!found) continue;
    return {
      ...answer,
      pieces: listPieces(trimTo(kept, found.at)),
      finish: "stop-sequence",
      stopSequence: found.sequence,
    };
  }
  return answer;
}

function firstOf(text: string, sequences: readonly string[]) {
  const found = sequences
    .map((sequence) => ({ sequence, at: sequence === "" ? -1 : text.indexOf(sequence) }))
    .filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** The pieces with only `length` characters of text in all. */
function trimTo(pieces: readonly Piece[], length: number): Piece[] {
  let left = length;
  return pieces.flatMap((piece): Piece[] => {
    if (piece.kind !== "text") return [piece];
    const text = piece.text.slice(0, left);
    left -= text.length;
    return text === "" ? [] : [{ ...piece, text }];
  });
}
