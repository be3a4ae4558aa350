import type { Answer, DemoCall, Pieces } from "../scripts/plan.ts";

/** Tokens written so far, all choices together; reasoning is part of `output`. */
export type Tally = { output: number; reasoning: number };

/** The tally of `perChoice` pieces in each of `choices` choices. */
export function wholeTally(pieces: Pieces, perChoice: number, choices: number): Tally {
  let reasoning = 0;
  for (let index = 0; index < perChoice && pieces.at(index).kind === "reasoning"; index++) reasoning++;
  return { output: perChoice * choices, reasoning: reasoning * choices };
}

/** The `usage` object as JSON. Details appear only where the script has something to say in them. */
export function encodeUsage(call: DemoCall, { usage }: Answer, tally: Tally): string {
  const prompt = usage.inputTokens ?? call.inputTokens;
  const completion = usage.outputTokens ?? tally.output;
  const cached = usage.cachedTokens?.(prompt);
  let json = `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}`;
  if (cached !== undefined) json += `,"prompt_tokens_details":{"cached_tokens":${cached}}`;
  if (tally.reasoning > 0) json += `,"completion_tokens_details":{"reasoning_tokens":${tally.reasoning}}`;
  return `${json}}`;
}
