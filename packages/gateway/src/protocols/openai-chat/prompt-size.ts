import type { PromptSize } from "../../canonical/call.ts";
import type { Member } from "../../json/json-scanner.ts";
import { estimateTokens } from "../../tokens/estimate-tokens.ts";
import type { Fields } from "./fields.ts";

/**
 * Marks of the chat template: a message brings 1 (DeepSeek) to 5 (Qwen) tokens beside its text, 3 in the mean. It has two strings, role and
 * content; the role's word is a token, so each string is given one more.
 */
const TOKENS_A_STRING = 1;
/** What opens the answer, and the whole. */
const TOKENS_A_PROMPT = 3;
/** Members beside the messages that models get to read, as the JSON they are. */
const readAsJson = new Set(["tools", "functions", "response_format"]);

/** What the estimate of a request's input is made from. The texts of messages count as text, whatever JSON stands around them. */
export function promptSize(body: Buffer, { object, byName }: Fields): PromptSize {
  const { texts, images } = object.tally;
  const messages = byName.get("messages");
  const spans = messages === undefined ? [] : textsIn(texts, messages);
  const marks = (spans.length / 2) * TOKENS_A_STRING + TOKENS_A_PROMPT;
  let tokens = estimateTokens(body, spans);
  for (const member of object.members)
    if (isReadAsJson(body, member)) tokens += estimateTokens(body, [member.valueStart, member.valueEnd]);
  return { textTokens: tokens + marks, images };
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

function isReadAsJson(body: Buffer, { keyStart, keyEnd }: Member): boolean {
  const length = keyEnd - keyStart;
  return length >= 5 && length <= 15 && readAsJson.has(body.toString("latin1", keyStart, keyEnd));
}
