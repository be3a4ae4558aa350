import type { PromptSize } from "../canonical/call.ts";
import type { JsonObject, Member } from "../json/json-scanner.ts";
import { estimateTokens } from "./estimate-tokens.ts";

/**
 * Marks of the chat template: a message brings 1 (DeepSeek) to 5 (Qwen) tokens beside its text, 3 in the mean. It has two strings, role and
 * content; the role's word is a token, so each string is given one more.
 */
const TOKENS_A_STRING = 1;
/** What opens the answer, and the whole. */
const TOKENS_A_PROMPT = 3;
/** Of a member that any protocol's models get to read. */
const LONGEST_NAME = 32;
/** Members that models get to read: the texts in some (messages), the JSON of others (tools). */
export type ReadMembers = { readonly texts: ReadonlySet<string>; readonly json: ReadonlySet<string> };

/** What the estimate of a request's input is made from. The texts of messages count as text, whatever JSON stands around them. */
export function promptSize(body: Buffer, object: JsonObject, read: ReadMembers): PromptSize {
  const { texts, images } = object.tally;
  const spans: number[] = [];
  let tokens = 0;
  for (const member of object.members) {
    if (member.keyEnd - member.keyStart > LONGEST_NAME) continue;
    const name = body.toString("latin1", member.keyStart, member.keyEnd);
    if (read.texts.has(name)) for (const offset of textsIn(texts, member)) spans.push(offset);
    else if (read.json.has(name)) tokens += estimateTokens(body, [member.valueStart, member.valueEnd]);
  }
  const marks = (spans.length / 2) * TOKENS_A_STRING + TOKENS_A_PROMPT;
  return { textTokens: tokens + estimateTokens(body, spans) + marks, images };
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
