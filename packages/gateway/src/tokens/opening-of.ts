import type { JsonObject, Member } from "../json/json-scanner.ts";
import { startsWith } from "../json/media-members.ts";
import { hashBytes } from "../routing/hash.ts";

/** Of each text: what two conversations have in common for longer is most of what can be remembered of them anyway. */
const MOST_OF_TEXT = 512;
/** Texts that go in. */
const MOST_TEXTS = 6;
/** Shorter ones are roles, types and marks, some of which wander to the end as a conversation grows. */
const LEAST_TEXT = 12;
/** A first message that is longer is told by its start alone. */
const FARTHEST = 64 * 1024;
/** A role stands at either end of its item. */
const EDGE = 128;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What Claude Code puts first changes with each of its requests. */
const PASSING = "x-anthropic-billing-header";
/** In an item of a list of messages: it is the model's, and the opening is over. */
const answers = /"(?:assistant|model|function_call|reasoning)"/;

/**
 * A number by how a conversation begins: instructions, and what stands before the model's first answer. It stays the same while the conversation
 * grows. By the bytes alone: the request isn't read again for it.
 */
export function openingOf(body: Buffer, { members, tally }: JsonObject, read: ReadonlySet<string>): number {
  let hash = 0x811c9dc5;
  let left = MOST_TEXTS;
  for (const member of members) {
    if (!read.has(body.toString("latin1", member.keyStart, member.keyEnd))) continue;
    const end = endOfOpening(body, member);
    for (let index = firstIn(tally.texts, member.valueStart); index < tally.texts.length && left > 0; index += 2) {
      const start = tally.texts[index] ?? 0;
      const textEnd = tally.texts[index + 1] ?? 0;
      if (start >= end) break;
      if (textEnd - start < LEAST_TEXT || startsWith(body, start, PASSING)) continue;
      hash = hashBytes(body, start, Math.min(textEnd, start + MOST_OF_TEXT), hash);
      left--;
    }
  }
  return hash;
}

/** Where the items of a list end before the first that is the model's; of anything else its own end. */
function endOfOpening(body: Buffer, { valueStart, valueEnd }: Member): number {
  if (body[valueStart] !== 0x5b) return valueEnd;
  const farthest = Math.min(valueEnd, valueStart + FARTHEST);
  let at = valueStart + 1;
  let itemStart = at;
  let depth = 0;
  while (at < farthest) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfString(body, at);
    else if (byte === 0x7b || byte === 0x5b) {
      if (depth++ === 0) itemStart = at;
      at++;
    } else if (byte === 0x7d || byte === 0x5d) {
      at++;
      if (--depth <= 0) {
        if (isAnswer(body, itemStart, at)) return itemStart;
      }
    } else at++;
  }
  return at;
}

function isAnswer(body: Buffer, start: number, end: number): boolean {
  if (answers.test(body.toString("latin1", start, Math.min(end, start + EDGE)))) return true;
  return end - start > EDGE && answers.test(body.toString("latin1", end - EDGE, end));
}

/** Behind the closing quote of a string. */
function endOfString(body: Buffer, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = body.indexOf(QUOTE, at);
    if (quote < 0) return body.length;
    let slashes = quote;
    while (body[slashes - 1] === BACKSLASH) slashes--;
    at = quote + 1;
    if ((quote - slashes) % 2 === 0) return at;
  }
}

/** The first text that begins at or behind an offset. */
function firstIn(texts: readonly number[], from: number): number {
  let low = 0;
  let high = texts.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((texts[middle * 2] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
