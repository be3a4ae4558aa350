import { reach } from "./blocks.ts";
import type { Answer, DemoCall, Piece } from "./plan.ts";

/** How likely a token was, and what else might have stood there. */
export type Logprob = { token: string; logprob: number; top: readonly { token: string; logprob: number }[] };

const steps = 8;

/** Made up from the position alone, so that a lost or moved one shows: -0.125, -0.25, … and again. */
export function logprobOf(token: string, position: number, alternatives: number): Logprob {
  const logprob = -((position % steps) + 1) / steps;
  const top = Array.from({ length: alternatives }, (_, rank) =>
    rank === 0 ? { token, logprob } : { token: `~${rank}`, logprob: logprob - rank },
  );
  return { token, logprob, top };
}

/** The probabilities of the text an answer has, token by token; undefined if nobody asked for them. */
export function textLogprobs(call: DemoCall, answer: Answer): readonly Logprob[] | undefined {
  const { logprobs } = call;
  if (logprobs === undefined) return undefined;
  const { count } = reach(call, answer);
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const piece = answer.pieces.at(index);
    if (piece.kind === "text") texts.push(piece.text);
  }
  return texts.map((text, position) => logprobOf(text, position, logprobs));
}

/** The same for the pieces of a stream as they come: undefined for what is no text. */
export function countLogprobs({ logprobs }: DemoCall): (piece: Piece) => Logprob | undefined {
  let position = 0;
  return (piece) =>
    logprobs === undefined || piece.kind !== "text" ? undefined : logprobOf(piece.text, position++, logprobs);
}
