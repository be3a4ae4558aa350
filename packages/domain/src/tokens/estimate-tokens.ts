import { TokenSum } from "./token-sum.ts";

/** Up to so many bytes everything is looked at; of more, as many in windows that are spread evenly. */
const WINDOW_BYTES = 512;
const WINDOWS = 32;
/** Of an image, whatever its bytes: vision models cut images into tiles and end between 256 and about 1,600 tokens. */
export const IMAGE_TOKENS = 1_600;
/** More than any tokenizer has made of a natural text, measured against the estimate: docs/token-estimates.md. */
const MOST = 1.5;
/** Less than any has made. */
const LEAST = 0.7;

/**
 * Tokens of a text, within 15 % of what the tokenizers of current models make of it. The text is that of JSON strings (or is JSON), between
 * pairs of offsets, start and end, in ascending order. Costs the same however long it is. Where exactly a long text is looked at is left to chance
 * (`random`): nobody can write one that is light just there.
 */
export function estimateTokens(
  bytes: Uint8Array,
  spans: readonly number[],
  random: () => number = Math.random,
): number {
  let total = 0;
  for (let index = 0; index < spans.length; index += 2) total += lengthAt(spans, index);
  const sum = new TokenSum();
  if (total <= WINDOWS * WINDOW_BYTES) {
    for (let index = 0; index < spans.length; index += 2) {
      sum.cut();
      sum.add(bytes, spans[index] ?? 0, spans[index + 1] ?? 0);
    }
    return sum.tokens;
  }
  addWindows(sum, bytes, spans, total / WINDOWS, random);
  return (sum.tokens * total) / (WINDOWS * WINDOW_BYTES);
}

/** Tokens of a text as it is, about. */
export function estimateTextTokens(text: string): number {
  const bytes = Buffer.from(JSON.stringify(text));
  return Math.ceil(estimateTokens(bytes, [1, bytes.length - 1]));
}

/** Offsets of windows are those in the text as if the spans stood one behind the other. */
function addWindows(
  sum: TokenSum,
  bytes: Uint8Array,
  spans: readonly number[],
  distance: number,
  random: () => number,
): void {
  let index = 0;
  let before = 0;
  for (let window = 0; window < WINDOWS; window++) {
    let from = Math.floor(window * distance + random() * (distance - WINDOW_BYTES));
    const to = from + WINDOW_BYTES;
    sum.cut();
    while (from < to) {
      const length = lengthAt(spans, index);
      if (from >= before + length) {
        before += length;
        index += 2;
        sum.cut();
        continue;
      }
      const start = (spans[index] ?? 0) + from - before;
      const end = Math.min(start + to - from, spans[index + 1] ?? 0);
      sum.add(bytes, start, end);
      from += end - start;
    }
  }
}

function lengthAt(spans: readonly number[], index: number): number {
  return (spans[index + 1] ?? 0) - (spans[index] ?? 0);
}

/** At least what a text of so many estimated tokens can really have: for what is reserved. */
export function mostTokens(estimate: number): number {
  return estimate * MOST;
}

/** At most what a text of so many estimated tokens must really have: for what must never be counted too high. */
export function leastTokens(estimate: number): number {
  return estimate * LEAST;
}
