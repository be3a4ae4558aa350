import { estimateTokens } from "@lyceum/domain/tokens";
import type { MeasuredPrompt, Need } from "../canonical/call.ts";
import type { JsonObject, Member } from "../json/json-scanner.ts";
import { mediaKinds, mediaPictures } from "./media-pictures.ts";
import { openingOf } from "./opening-of.ts";

/**
 * Marks of the chat template: a message brings 1 (DeepSeek) to 5 (Qwen) tokens beside its text, 3 in the mean. It has two strings, role and
 * content; the role's word is a token, so each string is given one more.
 */
const TOKENS_A_STRING = 1;
/** What opens the answer, and the whole. */
const TOKENS_A_PROMPT = 3;
/** Of a member that any protocol's models get to read. */
const LONGEST_NAME = 32;
/** A value that no field needs but one that models read: a text in a field of a server's own (documents, chat_template). */
const LONG = 256;
/** Fields that may be long, and that no model reads: they shape the answer, or are for the books. */
const unread: ReadonlySet<string> = new Set([
  "logit_bias",
  "metadata",
  "client_metadata",
  "user",
  "safety_identifier",
  "stop",
  "stop_sequences",
  "stop_token_ids",
  "bad_words",
  "allowed_token_ids",
  "include",
  "safetySettings",
  "safety_settings",
  "guided_json",
  "guided_regex",
  "guided_choice",
  "guided_grammar",
  "structured_outputs",
]);
/** Members that models get to read: the texts in some (messages), the JSON of others (tools). Long ones of other names count as well. */
export type ReadMembers = { readonly texts: ReadonlySet<string>; readonly json: ReadonlySet<string> };

/** What the estimate of a request's input is made from, and what the choice of a deployment goes by. The texts of messages count as text, whatever JSON stands around them. */
export function promptSize(body: Buffer, object: JsonObject, read: ReadMembers): MeasuredPrompt {
  const { texts } = object.tally;
  const spans: number[] = [];
  const unknown: number[] = [];
  let tokens = 0;
  let hasTools = false;
  for (const member of object.members) {
    const { keyStart, keyEnd, valueStart, valueEnd } = member;
    const isLong = valueEnd - valueStart > LONG;
    if (keyEnd - keyStart > LONGEST_NAME) {
      if (isLong) unknown.push(valueStart, valueEnd);
      continue;
    }
    const name = body.toString("latin1", keyStart, keyEnd);
    if (read.texts.has(name)) for (const offset of textsIn(texts, member)) spans.push(offset);
    else if (read.json.has(name)) {
      tokens += estimateTokens(body, [valueStart, valueEnd]);
      hasTools ||= (name === "tools" || name === "functions") && hasItems(body, member);
    } else if (isLong && !unread.has(name)) unknown.push(valueStart, valueEnd);
  }
  if (unknown.length > 0) tokens += estimateTokens(body, unknown);
  const marks = (spans.length / 2) * TOKENS_A_STRING + TOKENS_A_PROMPT;
  const images = mediaPictures(body, object.tally);
  return {
    textTokens: tokens + estimateTokens(body, spans) + marks,
    images,
    needs: needsOf(hasTools, images > 0 ? mediaKinds(body, object.tally) : null),
    opening: () => openingOf(body, object, read.texts),
  };
}

const NOTHING: readonly Need[] = [];
const TOOLS: readonly Need[] = ["tools"];

function needsOf(hasTools: boolean, media: ReturnType<typeof mediaKinds> | null): readonly Need[] {
  if (media === null) return hasTools ? TOOLS : NOTHING;
  const needs: Need[] = hasTools ? ["tools"] : [];
  if (media.hasPictures) needs.push("vision");
  if (media.hasSound) needs.push("audio");
  return needs;
}

/** Neither null nor an empty list. */
function hasItems(body: Buffer, { valueStart, valueEnd }: Member): boolean {
  return (
    body[valueStart] === 0x5b &&
    !/^\[\s*\]/.test(body.toString("latin1", valueStart, Math.min(valueEnd, valueStart + 64)))
  );
}

function textsIn(texts: readonly number[], { valueStart, valueEnd }: Member): readonly number[] {
  let from = 0;
  while (from < texts.length && (texts[from + 1] ?? 0) <= valueStart) from += 2;
  let to = texts.length;
  while (to > from && (texts[to - 2] ?? 0) >= valueEnd) to -= 2;
  const spans = texts.slice(from, to);
  // The last of very many may reach beyond the messages.
  if (spans.length > 0) spans[spans.length - 1] = Math.min(spans.at(-1) ?? 0, valueEnd);
  return spans;
}
