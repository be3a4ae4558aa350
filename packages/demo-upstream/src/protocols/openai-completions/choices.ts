import { reach } from "../../scripts/blocks.ts";
import { planFor } from "../../scripts/catalogue.ts";
import { logprobOf } from "../../scripts/logprobs.ts";
import { cutText } from "../../scripts/pieces.ts";
import type { Answer, DemoCall, Piece } from "../../scripts/plan.ts";
import { finishReasons } from "../openai-chat/finish.ts";
import type { Prompts } from "./request.ts";

/** What one choice writes: tokens in order (of the prompt first where it is echoed), and why it ends. */
export type Choice = { index: number; echoed: readonly string[]; tokens: TokenList; finish: string };

/** Tokens made on demand; "" for pieces that completions have no word for. */
export type TokenList = { count: number; at(index: number): string };

/** All choices of a call: for each prompt the model answers anew, for each of the `n` it says the same. */
export function choicesOf(call: DemoCall, answer: Answer, { texts, echo }: Prompts): Choice[] {
  return texts.flatMap((text, promptIndex) => {
    const plan = promptIndex === 0 ? answer : answerTo(call, text, answer);
    const { count, finish } = reach(call, plan);
    const echoed = echo ? tokensOfText(text) : [];
    const tokens = { count, at: (index: number) => textOf(plan.pieces.at(index)) };
    return Array.from({ length: call.choices }, (_, copy) => ({
      index: promptIndex * call.choices + copy,
      echoed,
      tokens,
      finish: finishReasons[finish],
    }));
  });
}

/** The log probabilities of tokens in the older shape: parallel lists, text positions counted from the start of the choice. */
export function encodeLogprobs(tokens: readonly string[], first: number, offset: number, alternatives: number) {
  const probabilities = tokens.map((token, index) => logprobOf(token, first + index, alternatives));
  let position = offset;
  return {
    tokens,
    token_logprobs: probabilities.map(({ logprob }) => logprob),
    top_logprobs: probabilities.map(({ top }) => Object.fromEntries(top.map(({ token, logprob }) => [token, logprob]))),
    text_offset: tokens.map((token) => {
      const start = position;
      position += token.length;
      return start;
    }),
  };
}

function answerTo(call: DemoCall, lastUserText: string, otherwise: Answer): Answer {
  const plan = planFor({ ...call, lastUserText }, { occurrence: 1, credential: "" });
  return plan.kind === "answer" ? plan : otherwise;
}

function tokensOfText(text: string): string[] {
  const pieces = cutText(text);
  return Array.from({ length: pieces.count }, (_, index) => textOf(pieces.at(index)));
}

function textOf(piece: Piece): string {
  return piece.kind === "text" || piece.kind === "refusal" ? piece.text : "";
}
