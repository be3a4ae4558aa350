import { reach } from "./blocks.ts";
import type { Answer, DemoCall, UsageScript } from "./plan.ts";

/** Tokens written so far, all choices together; reasoning is part of `output`. */
export type Tally = { output: number; reasoning: number };

/** Usage in no protocol's words: `input` includes what was cached or written to a cache, `output` includes reasoning. */
export type UsageCount = {
  input: number;
  output: number;
  cached: number;
  cacheWrite: number;
  image: number;
  audio: number;
  reasoning: number;
};

/** The tally of the whole answer in all its choices. */
export function wholeTally(call: DemoCall, answer: Answer): Tally {
  const { count } = reach(call, answer);
  let reasoning = 0;
  for (let index = 0; index < count && isThinking(answer, index); index++) reasoning++;
  return { output: count * call.choices, reasoning: reasoning * call.choices };
}

/** What the script reports once so much has been written. */
export function countUsage(call: DemoCall, { usage }: Answer, tally: Tally): UsageCount {
  const input = usage.inputTokens ?? call.inputTokens;
  const { tokensAPiece = 1 } = usage;
  const output = usage.outputTokens ?? tally.output * tokensAPiece;
  const { shares } = usage;
  return {
    input,
    output,
    cached: usage.cachedTokens?.(input) ?? 0,
    cacheWrite: share(input, shares?.cacheWrite),
    image: share(input, shares?.image),
    audio: share(input, shares?.audio),
    reasoning: shares ? share(output, shares.reasoning) : tally.reasoning * tokensAPiece,
  };
}

/** What an event on the way reports: of the whole answer, of what was written so far, or nothing. */
export function reportsAt(
  report: UsageScript["report"],
  position: number,
  count: number,
): "whole" | "so-far" | undefined {
  const isMiddle = position === Math.floor(count / 2);
  switch (report) {
    case "every":
      return "so-far";
    case "cumulative":
      return position === 0 || isMiddle ? "so-far" : undefined;
    case "middle":
      return isMiddle ? "whole" : undefined;
    case "middle-so-far":
      return isMiddle ? "so-far" : undefined;
    default:
      return undefined;
  }
}

function isThinking({ pieces }: Answer, index: number): boolean {
  const { kind } = pieces.at(index);
  return kind === "reasoning" || kind === "redacted";
}

function share(tokens: number, of = 0): number {
  return Math.floor(tokens * of);
}
