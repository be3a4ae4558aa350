import { unescaped } from "../health/echoes.ts";

/** Shorter pieces are in many a text by chance. */
const WINDOW = 16;
/** In a longer request it would take too long to look whether words are its own. */
const MOST_COMPARED = 2 * 1024 * 1024;
const BASE = 31;
const SLOTS = 65_536;
const GROWN = powerOf(BASE, WINDOW);

/**
 * An upstream's words for people who must not read prompts: "…" where they repeat what was sent, but for the model's name. Null: the request is too
 * long to tell. The request is gone through once, however long the words are.
 */
export function withoutPrompt(text: string, sent: Buffer, model: string): string | null {
  if (sent.length > MOST_COMPARED) return null;
  const lower = text.toLowerCase();
  const starts = common(lower, unescaped(sent.toString("utf8")));
  const kept = new Set<number>();
  const name = model.toLowerCase();
  for (let at = name === "" ? -1 : lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1))
    for (let index = at; index < at + name.length; index++) kept.add(index);
  let result = "";
  let repeatedUntil = 0;
  for (let at = 0; at < text.length; at++) {
    if (starts.has(at)) repeatedUntil = at + WINDOW;
    if (at >= repeatedUntil || kept.has(at)) result += text[at];
    else if (!result.endsWith("…")) result += "…";
  }
  return result;
}

/** Where in `text` pieces begin that are anywhere in `request` too. */
function common(text: string, request: string): ReadonlySet<number> {
  const pieces = new Map<string, number[]>();
  const slots = new Uint8Array(SLOTS);
  for (let at = 0; at + WINDOW <= text.length; at++) {
    const piece = text.slice(at, at + WINDOW);
    const known = pieces.get(piece);
    if (known === undefined) pieces.set(piece, [at]);
    else known.push(at);
    let hash = 0;
    for (let index = at; index < at + WINDOW; index++) hash = (Math.imul(hash, BASE) + text.charCodeAt(index)) | 0;
    slots[hash & (SLOTS - 1)] = 1;
  }
  const found = new Set<number>();
  let hash = 0;
  for (let index = 0; index < request.length && pieces.size > 0; index++) {
    hash = (Math.imul(hash, BASE) + request.charCodeAt(index)) | 0;
    if (index >= WINDOW) hash = (hash - Math.imul(GROWN, request.charCodeAt(index - WINDOW))) | 0;
    if (index + 1 < WINDOW || slots[hash & (SLOTS - 1)] === 0) continue;
    const piece = request.slice(index + 1 - WINDOW, index + 1);
    for (const at of pieces.get(piece) ?? []) found.add(at);
    pieces.delete(piece);
  }
  return found;
}

/** In 32 bits, as the sums are. */
function powerOf(base: number, exponent: number): number {
  let power = 1;
  for (let count = 0; count < exponent; count++) power = Math.imul(power, base);
  return power;
}
