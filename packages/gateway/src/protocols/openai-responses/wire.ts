import { z } from "zod";
import { listOf } from "../../json/wire.ts";

// What clients and upstreams put on the wire, loose: members that nobody knows survive. developers.openai.com/api/reference/resources/responses

const text = z.string();
const nullable = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();

export const inputText = z.looseObject({ type: z.literal("input_text"), text });
export const outputText = z.looseObject({
  type: z.literal("output_text"),
  text,
  annotations: nullable(listOf(z.looseObject({ type: text }))),
  logprobs: nullable(z.array(z.unknown())),
});
export const refusal = z.looseObject({ type: z.literal("refusal"), refusal: text });
export const inputImage = z.looseObject({
  type: z.literal("input_image"),
  image_url: nullable(text),
  file_id: nullable(text),
  detail: nullable(text),
});
export const inputFile = z.looseObject({
  type: z.literal("input_file"),
  file_data: nullable(text),
  file_url: nullable(text),
  file_id: nullable(text),
  filename: nullable(text),
});
export const inputAudio = z.looseObject({
  type: z.literal("input_audio"),
  input_audio: z.looseObject({ data: text, format: text }),
});
export const contentPart = z.looseObject({ type: text });

/** A message; the type may be left out. */
export const message = z.looseObject({
  type: nullable(z.literal("message")),
  id: nullable(text),
  role: z.enum(["user", "system", "developer", "assistant"]),
  content: z.union([text, listOf(contentPart)]),
  status: nullable(text),
  phase: nullable(text),
});
export const functionCall = z.looseObject({
  type: z.literal("function_call"),
  id: nullable(text),
  call_id: text,
  name: text,
  namespace: nullable(text),
  arguments: text,
  status: nullable(text),
});
export const customToolCall = z.looseObject({
  type: z.literal("custom_tool_call"),
  id: nullable(text),
  call_id: text,
  name: text,
  namespace: nullable(text),
  input: text,
  status: nullable(text),
});
const output = z.union([text, listOf(contentPart)]);
export const callOutput = z.looseObject({
  type: z.enum(["function_call_output", "custom_tool_call_output"]),
  id: nullable(text),
  call_id: text,
  output,
  status: nullable(text),
  name: nullable(text),
  namespace: nullable(text),
});
export const reasoningItem = z.looseObject({
  type: z.literal("reasoning"),
  id: nullable(text),
  summary: nullable(listOf(z.looseObject({ type: text, text }))),
  content: nullable(listOf(z.looseObject({ type: text, text }))),
  encrypted_content: nullable(text),
  status: nullable(text),
});
export const imageCall = z.looseObject({
  type: z.literal("image_generation_call"),
  id: nullable(text),
  status: nullable(text),
  result: nullable(text),
});

export const functionTool = z.looseObject({
  type: z.literal("function"),
  name: text,
  description: nullable(text),
  parameters: z.unknown().optional(),
  strict: nullable(z.boolean()),
});
export const customTool = z.looseObject({
  type: z.literal("custom"),
  name: text,
  description: nullable(text),
  format: z.unknown().optional(),
});
/** Tools under one roof; a call names both. */
export const namespaceTool = z.looseObject({
  type: z.literal("namespace"),
  name: text,
  description: nullable(text),
  tools: listOf(z.looseObject({ type: text })),
});
export const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({
    type: text,
    name: nullable(text),
    mode: nullable(text),
    tools: nullable(listOf(z.looseObject({}))),
  }),
]);
export const textFormat = z.looseObject({
  type: text,
  name: nullable(text),
  description: nullable(text),
  schema: z.unknown().optional(),
  strict: nullable(z.boolean()),
});
export const reasoning = z.looseObject({
  effort: nullable(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"])),
  summary: nullable(z.enum(["auto", "concise", "detailed"])),
  generate_summary: nullable(z.enum(["auto", "concise", "detailed"])),
});

/** A request. Every member that stands here has a counterpart, or is answered by the gateway itself. */
export const request = z.looseObject({
  model: text,
  input: z.union([text, listOf(z.looseObject({}))]).optional(),
  instructions: nullable(text),
  tools: nullable(listOf(z.looseObject({ type: text }))),
  tool_choice: nullable(toolChoice),
  parallel_tool_calls: nullable(z.boolean()),
  text: nullable(z.looseObject({ format: nullable(textFormat) })),
  reasoning: nullable(reasoning),
  max_output_tokens: nullable(z.number()),
  temperature: nullable(z.number()),
  top_p: nullable(z.number()),
  top_logprobs: nullable(z.number()),
  include: nullable(listOf(text)),
  truncation: nullable(text),
  stream: nullable(z.boolean()),
  stream_options: nullable(z.looseObject({ include_obfuscation: nullable(z.boolean()) })),
  store: nullable(z.boolean()),
  background: nullable(z.boolean()),
  previous_response_id: nullable(text),
  metadata: nullable(z.looseObject({})),
  user: nullable(text),
  safety_identifier: nullable(text),
  prompt_cache_key: z.unknown().optional(),
});
export type WireRequest = z.infer<typeof request>;

/** An output item of any type. */
const outputItem = z.looseObject({ type: text, id: nullable(text) });

/** A response as upstreams answer it. */
export const response = z.looseObject({
  id: nullable(text),
  status: nullable(text),
  error: z.unknown().optional(),
  incomplete_details: nullable(z.looseObject({ reason: nullable(text) })),
  output: nullable(listOf(outputItem)),
  usage: z.unknown().optional(),
});
