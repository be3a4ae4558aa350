import { z } from "zod";

const number = z.number().nullish();
const integer = z.number().nullish();

/** Go reads bytes from plain base64 with padding: a `data:` prefix is an error. */
const image = z.base64("illegal base64 data");

const options = z.looseObject({
  temperature: number,
  top_p: number,
  top_k: integer,
  min_p: number,
  num_predict: integer,
  num_ctx: integer,
  seed: integer,
  repeat_penalty: number,
  presence_penalty: number,
  frequency_penalty: number,
  stop: z.array(z.string(), 'option "stop" must be of type array').nullish(),
});

const common = {
  model: z.string({ error: "model is required" }).min(1, "model is required"),
  stream: z.boolean().nullish(),
  format: z
    .union([z.literal(""), z.literal("json"), z.record(z.string(), z.unknown())], 'expected "json" or a JSON schema')
    .nullish(),
  think: z.union([z.boolean(), z.enum(["high", "medium", "low"])]).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
  options: options.nullish(),
};

const toolCall = z.looseObject({
  id: z.string().optional(),
  function: z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
});
const message = z.looseObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  // A list of parts does not fit into Go's string.
  content: z.string().optional(),
  thinking: z.string().optional(),
  images: z.array(image).nullish(),
  tool_calls: z.array(toolCall).nullish(),
  tool_name: z.string().optional(),
  tool_call_id: z.string().optional(),
});
const tool = z.looseObject({
  type: z.string().optional(),
  function: z.looseObject({ name: z.string(), parameters: z.unknown().optional() }),
});

/** `/api/chat`. Unknown fields are ignored, as Ollama does. */
export const chatSchema = z.looseObject({
  ...common,
  messages: z.array(message).nullish(),
  tools: z.array(tool).nullish(),
});

/** `/api/generate`. */
export const generateSchema = z.looseObject({
  ...common,
  prompt: z.string().optional(),
  suffix: z.string().optional(),
  system: z.string().optional(),
  template: z.string().optional(),
  context: z.array(z.int()).nullish(),
  raw: z.boolean().nullish(),
  images: z.array(image).nullish(),
});

export type Common = Pick<
  z.infer<typeof chatSchema>,
  "model" | "stream" | "format" | "think" | "options" | "logprobs" | "top_logprobs"
>;
export type Message = z.infer<typeof message>;
