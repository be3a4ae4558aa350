import type { Answer, DemoCall, Pieces, UsageScript } from "../scripts/plan.ts";

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
  const details = inputDetails(prompt, usage);
  const reasoning = usage.shares ? share(completion, usage.shares.reasoning) : tally.reasoning;
  let json = `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}`;
  if (details.length > 0) json += `,"prompt_tokens_details":{${details.join(",")}}`;
  if (reasoning > 0) json += `,"completion_tokens_details":{"reasoning_tokens":${reasoning}}`;
  return `${json}}`;
}

function inputDetails(prompt: number, { cachedTokens, shares }: UsageScript): string[] {
  const details = cachedTokens ? [`"cached_tokens":${cachedTokens(prompt)}`] : [];
  if (shares) {
    details.push(`"cache_write_tokens":${share(prompt, shares.cacheWrite)}`);
    details.push(`"image_tokens":${share(prompt, shares.image)}`, `"audio_tokens":${share(prompt, shares.audio)}`);
  }
  return details;
}

function share(tokens: number, of: number): number {
  return Math.floor(tokens * of);
}
