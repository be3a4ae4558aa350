import { z } from "zod";
import { listOf } from "../../json/wire.ts";

// What clients send (platform.openai.com/docs/api-reference/chat/create), and what vLLM, DashScope, DeepSeek and OpenRouter add to it. Objects
// are loose: what isn't named here survives and is named to the client when it can't be said.

const text = z.string().nullish();
const number = z.number().nullish();
const boolean = z.boolean().nullish();

export const partSchemas = {
  image_url: z.looseObject({ url: z.string(), detail: text }),
  input_audio: z.looseObject({ data: z.string(), format: text }),
  audio_url: z.looseObject({ url: z.string() }),
  file: z.looseObject({ file_data: text, filename: text, file_id: text }),
};

/** One part of a message's content; which members matter depends on `type`. */
export const partSchema = z.looseObject({
  type: z.string(),
  text,
  refusal: text,
  image_url: z.union([z.string(), partSchemas.image_url]).nullish(),
  input_audio: partSchemas.input_audio.nullish(),
  audio_url: partSchemas.audio_url.nullish(),
  file: partSchemas.file.nullish(),
  cache_control: z.unknown().optional(),
});
export type WirePart = z.infer<typeof partSchema>;

const content = z.union([z.string(), listOf(partSchema)]).nullish();

export const callSchema = z.looseObject({
  id: text,
  type: text,
  index: number,
  function: z.looseObject({ name: z.string(), arguments: z.unknown().optional() }).nullish(),
  custom: z.looseObject({ name: z.string(), input: text }).nullish(),
  extra_content: z.unknown().optional(),
});

/** OpenRouter's shape of thoughts that carry proof. */
export const reasoningDetailSchema = z.looseObject({
  type: z.string(),
  text,
  summary: text,
  data: text,
  signature: text,
});

export const messageSchemas = {
  system: z.looseObject({ role: z.enum(["system", "developer"]), content }),
  user: z.looseObject({ role: z.literal("user"), content }),
  assistant: z.looseObject({
    role: z.literal("assistant"),
    content,
    refusal: text,
    reasoning_content: text,
    reasoning: text,
    reasoning_details: listOf(reasoningDetailSchema).nullish(),
    tool_calls: listOf(callSchema).nullish(),
    function_call: z.looseObject({ name: z.string(), arguments: z.unknown().optional() }).nullish(),
    audio: z.looseObject({ id: text }).nullish(),
    annotations: z.array(z.unknown()).nullish(),
  }),
  tool: z.looseObject({ role: z.literal("tool"), content, tool_call_id: z.string() }),
  function: z.looseObject({ role: z.literal("function"), content, name: z.string() }),
};
export const messageSchema = z.discriminatedUnion("role", [
  messageSchemas.system,
  messageSchemas.user,
  messageSchemas.assistant,
  messageSchemas.tool,
  messageSchemas.function,
]);
export type WireMessage = z.infer<typeof messageSchema>;
export type WireAssistant = z.infer<typeof messageSchemas.assistant>;

export const functionSchema = z.looseObject({
  name: z.string().min(1),
  description: text,
  parameters: z.unknown().optional(),
  strict: boolean,
});
export const customSchema = z.looseObject({
  name: z.string().min(1),
  description: text,
  format: z.unknown().optional(),
});
export const toolSchema = z.looseObject({
  type: z.string(),
  function: functionSchema.nullish(),
  custom: customSchema.nullish(),
  cache_control: z.unknown().optional(),
});
export type WireTool = z.infer<typeof toolSchema>;

const named = z.looseObject({ name: z.string() });
export const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({
    type: z.string(),
    function: named.nullish(),
    custom: named.nullish(),
    allowed_tools: z
      .looseObject({
        mode: z.enum(["auto", "required"]),
        tools: listOf(z.looseObject({ function: named.nullish(), custom: named.nullish() })),
      })
      .nullish(),
  }),
]);
export type WireToolChoice = z.infer<typeof toolChoiceSchema>;

export const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
const effort = z.enum(efforts).nullish();

export const reasoningSchemas = {
  reasoning: z.looseObject({ effort, max_tokens: number, enabled: boolean, exclude: boolean }),
  thinking: z.looseObject({
    type: z.enum(["enabled", "disabled", "adaptive", "auto"]),
    budget_tokens: number,
    display: text,
  }),
  templateArguments: z.looseObject({ enable_thinking: boolean, thinking: boolean }),
};

export const jsonSchemaSchema = z.looseObject({
  name: text,
  description: text,
  schema: z.unknown().optional(),
  strict: boolean,
});
export const responseFormatSchema = z.looseObject({ type: z.string(), json_schema: jsonSchemaSchema.nullish() });
export const streamOptionsSchema = z.looseObject({ include_usage: boolean });

export const requestSchema = z.looseObject({
  model: z.string(),
  messages: listOf(messageSchema),
  stream: boolean,
  stream_options: streamOptionsSchema.nullish(),
  max_tokens: number,
  max_completion_tokens: number,
  n: number,
  temperature: number,
  top_p: number,
  top_k: number,
  min_p: number,
  frequency_penalty: number,
  presence_penalty: number,
  repetition_penalty: number,
  seed: number,
  stop: z.union([z.string(), listOf(z.string())]).nullish(),
  logprobs: boolean,
  top_logprobs: number,
  tools: listOf(toolSchema).nullish(),
  functions: listOf(functionSchema).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  function_call: z.union([z.enum(["none", "auto"]), named]).nullish(),
  parallel_tool_calls: boolean,
  response_format: responseFormatSchema.nullish(),
  reasoning_effort: effort,
  reasoning: reasoningSchemas.reasoning.nullish(),
  thinking: reasoningSchemas.thinking.nullish(),
  enable_thinking: boolean,
  thinking_budget: number,
  chat_template_kwargs: reasoningSchemas.templateArguments.nullish(),
  include_reasoning: boolean,
  modalities: listOf(z.string()).nullish(),
  user: text,
  safety_identifier: text,
  metadata: z.unknown().optional(),
  verbosity: z.unknown().optional(),
  prompt_cache_key: z.unknown().optional(),
});
export type WireRequest = z.infer<typeof requestSchema>;
