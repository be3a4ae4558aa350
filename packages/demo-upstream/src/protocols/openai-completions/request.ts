import { z } from "zod";
import { type DemoCall, plainCall } from "../../scripts/plan.ts";
import type { DemoRequest } from "../protocol.ts";
import { demand, readBody } from "../read-body.ts";
import { tokensOf } from "../tokens.ts";

/** Without a limit OpenAI and vLLM write so many tokens. */
const usualLimit = 16;
const maxStops = 4;
const tokenIds = z.array(z.int().min(0)).min(1);

const bodySchema = z.object({
  model: z.string(),
  prompt: z.union([z.string(), tokenIds, z.array(z.string()).min(1), z.array(tokenIds).min(1)]),
  suffix: z.string().nullish(),
  max_tokens: z.int().min(0).nullish(),
  n: z.int().min(1).max(8).nullish(),
  best_of: z.int().min(1).max(20).nullish(),
  echo: z.boolean().nullish(),
  logprobs: z.int().min(0).max(5).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(maxStops)]).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
});

/** What only completions have: several prompts, each answered `call.choices` times. */
export type Prompts = {
  /** Token ids are shown as `<1><2>`. */
  texts: readonly string[];
  echo: boolean;
  /** How many alternatives to show for each token; undefined: no log probabilities. */
  logprobs: number | undefined;
};

/** Reads a completion request; fields of other vendors are ignored. Throws BadCall. */
export function decodeCompletion({ body }: Pick<DemoRequest, "body">): { call: DemoCall; prompts: Prompts } {
  const request = readBody(bodySchema, body);
  const { prompt, n, best_of: bestOf, suffix } = request;
  demand(!request.stream || (bestOf ?? 1) <= 1, "best_of: cannot be used with stream", "best_of");
  demand(
    request.stream || !request.stream_options,
    "stream_options: only allowed when stream is enabled",
    "stream_options",
  );
  demand((bestOf ?? n ?? 1) >= (n ?? 1), "best_of: must be at least n", "best_of");
  const lists = listPrompts(prompt);
  const texts = lists.map((item) => (typeof item === "string" ? item : item.map((id) => `<${id}>`).join("")));
  const call: DemoCall = {
    ...plainCall,
    model: request.model,
    stream: request.stream ?? false,
    wantsUsage: request.stream_options?.include_usage ?? false,
    turns: texts.map((text) => ({ role: "user", text })),
    lastUserText: texts[0] ?? "",
    ...(suffix && { suffix }),
    stopSequences: typeof request.stop === "string" ? [request.stop] : (request.stop ?? []),
    temperature: request.temperature ?? undefined,
    topP: request.top_p ?? undefined,
    choices: n ?? 1,
    maxTokens: request.max_tokens ?? usualLimit,
    inputTokens: lists.reduce((sum, item) => sum + (typeof item === "string" ? tokensOf(item) : item.length), 0),
  };
  return { call, prompts: { texts, echo: request.echo ?? false, logprobs: request.logprobs ?? undefined } };
}

/** One prompt is a string or a list of numbers; a list of these are several. */
export function listPrompts(
  prompt: string | readonly string[] | readonly number[] | readonly (readonly number[])[],
): readonly (string | readonly number[])[] {
  if (typeof prompt === "string") return [prompt];
  return prompt.every((item) => typeof item === "number") ? [prompt] : prompt;
}
