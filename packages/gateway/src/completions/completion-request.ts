import type { CanonicalRequest } from "../canonical/canonical-request.ts";
import type { DecodedCall } from "../canonical/protocol.ts";
import type { Target } from "../canonical/target.ts";
import { invalid, knownFields, readFields } from "../json/plain-fields.ts";
import { applySplices, type Splice } from "../json/splice.ts";
import {
  booleanValue,
  countValue,
  hideUser,
  lowerLimit,
  MAXIMUM_OUTPUT,
  modelName,
  REFUSED_FIELDS,
  readUsageOption,
  replace,
  textValue,
} from "../protocols/openai-chat/body-fields.ts";
import { promptSize } from "../tokens/prompt-size.ts";
import { decodeCompletion } from "./completion-decode.ts";
import { readPrompts } from "./prompts.ts";

const known = knownFields(
  [
    "model",
    "prompt",
    "stream",
    "stream_options",
    "max_tokens",
    "n",
    "best_of",
    "echo",
    "user",
    "safety_identifier",
    "metadata",
  ],
  REFUSED_FIELDS,
);
const readByModels = { texts: new Set(["prompt", "suffix"]), json: new Set<string>() };
const PATH = "/completions";
const NO_HEADERS: readonly string[] = [];
/** Answers to all prompts of a call, which one reservation covers. */
const MAXIMUM_ANSWERS = 2_048;

/** `answers`: those that come back, where `choices` counts those that are made. `echoes`: the prompts stand before them. */
export type DecodedCompletion = DecodedCall & { readonly answers: number; readonly echoes: boolean };

/** Reads a completion request. Throws `invalid_json` with the place, or `invalid_request` with the field. */
export function decodeCompletionCall(body: Buffer): DecodedCompletion {
  const fields = readFields(body, known);
  const { byName, object } = fields;
  const name = modelName(body, fields);
  const prompt = byName.get("prompt");
  const prompts = readPrompts(prompt && JSON.parse(body.toString("utf8", prompt.valueStart, prompt.valueEnd)));
  const isStream = booleanValue(body, fields, "stream") ?? false;
  const usageOption = readUsageOption(body, fields);
  // 0 only reads the prompt, for its log probabilities.
  const maxTokens = countValue(body, fields, "max_tokens", MAXIMUM_OUTPUT, 0);
  const n = countValue(body, fields, "n", MAXIMUM_ANSWERS) ?? 1;
  const bestOf = countValue(body, fields, "best_of", MAXIMUM_ANSWERS) ?? n;
  const choices = prompts.count * Math.max(n, bestOf);
  if (choices > MAXIMUM_ANSWERS) {
    throw invalid(
      "prompt",
      `一次最多可以要 ${MAXIMUM_ANSWERS} 个答案（prompt 数 × n 或 best_of）。`,
      `one call may ask for at most ${MAXIMUM_ANSWERS} answers (prompts × n or best_of).`,
    );
  }
  textValue(body, fields, "user");
  const measured = promptSize(body, object, readByModels);
  let request: CanonicalRequest | null = null;

  function bodyFor(target: Target): Buffer {
    const splices: Splice[] = [];
    const additions: string[] = [];
    if (target.upstreamModel !== name) splices.push(replace(byName.get("model"), JSON.stringify(target.upstreamModel)));
    if (isStream && !usageOption.asked) {
      if (usageOption.splice === null) additions.push('"stream_options":{"include_usage":true}');
      else splices.push(usageOption.splice);
    }
    if (target.outputLimit !== null) {
      const given = [{ member: byName.get("max_tokens"), value: maxTokens }];
      lowerLimit(target.outputLimit, given, splices, additions);
    }
    hideUser(body, fields, target.userPseudonym, splices);
    if (additions.length > 0)
      splices.push({ start: object.end - 1, end: object.end - 1, text: `,${additions.join(",")}` });
    return applySplices(body, splices);
  }

  return {
    model: name,
    isStream,
    outputLimit: maxTokens,
    choices,
    answers: prompts.count * n,
    echoes: booleanValue(body, fields, "echo") ?? false,
    size: { ...measured, textTokens: measured.textTokens + prompts.tokens },
    streamContentType: "text/event-stream; charset=utf-8",
    wantsStreamUsage: isStream && usageOption.asked,
    canonical() {
      request ??= decodeCompletion(body, prompts);
      return request;
    },
    pass: (target) => ({ path: PATH, headers: NO_HEADERS, body: bodyFor(target) }),
  };
}
