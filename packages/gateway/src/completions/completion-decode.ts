import { z } from "zod";
import { type CanonicalRequest, noSampling } from "../canonical/canonical-request.ts";
import { parseJson } from "../json/parse-json.ts";
import { invalid } from "../json/plain-fields.ts";
import { listOf, readWire, unknownMembers } from "../json/wire.ts";
import type { Prompts } from "./prompts.ts";

const number = z.number().nullish();
const text = z.string().nullish();
const schema = z.looseObject({
  model: z.string(),
  prompt: z.unknown().optional(),
  stream: z.boolean().nullish(),
  stream_options: z.unknown().optional(),
  max_tokens: number,
  n: number,
  best_of: number,
  temperature: number,
  top_p: number,
  top_k: number,
  min_p: number,
  frequency_penalty: number,
  presence_penalty: number,
  repetition_penalty: number,
  seed: number,
  stop: z.union([z.string(), listOf(z.string())]).nullish(),
  suffix: text,
  echo: z.boolean().nullish(),
  logprobs: z.union([z.number(), z.boolean()]).nullish(),
  user: text,
  safety_identifier: text,
});

/**
 * A completion as a chat of one message, for upstreams that only chat: a good model goes on or answers, as the prompt has it. What can't be said
 * that way is refused with its field (case 57).
 */
export function decodeCompletion(body: Buffer, prompts: Prompts): CanonicalRequest {
  const wire = readWire(schema, parseJson(body.toString("utf8")));
  if (prompts.isTokens) throw impossible("prompt", "词元编号", "prompts of token numbers");
  if (prompts.text === null) throw impossible("prompt", "多个提示", "several prompts");
  if (wire.suffix) throw impossible("suffix", "suffix", "suffix");
  if (wire.echo === true) throw impossible("echo", "echo", "echo");
  if (typeof wire.logprobs === "number" || wire.logprobs === true) {
    throw impossible("logprobs", "logprobs", "logprobs");
  }
  if (wire.max_tokens === 0) throw impossible("max_tokens", "max_tokens 为 0", "max_tokens of 0");
  const choices = wire.n ?? 1;
  if ((wire.best_of ?? choices) > choices) throw impossible("best_of", "best_of", "best_of");
  return {
    model: wire.model,
    messages: [{ role: "user", parts: [{ type: "text", text: prompts.text }] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    sampling: {
      ...noSampling,
      temperature: wire.temperature ?? null,
      topP: wire.top_p ?? null,
      topK: wire.top_k ?? null,
      minP: wire.min_p ?? null,
      frequencyPenalty: wire.frequency_penalty ?? null,
      presencePenalty: wire.presence_penalty ?? null,
      repetitionPenalty: wire.repetition_penalty ?? null,
      seed: wire.seed ?? null,
    },
    stop: typeof wire.stop === "string" ? [wire.stop] : (wire.stop ?? []),
    outputLimit: wire.max_tokens ?? null,
    choices,
    reasoning: null,
    outputFormat: null,
    topLogprobs: null,
    isStream: wire.stream ?? false,
    namesUser: Boolean(wire.user || wire.safety_identifier),
    unmapped: unknownMembers(schema, wire),
  };
}

function impossible(field: string, zh: string, en: string) {
  return invalid(
    field,
    `该模型的上游只能对话，不支持 ${zh}。`,
    `the upstream of this model can only chat, so ${en} can't be used with it.`,
  );
}
