import { z } from "zod";
import { toolNamePattern } from "../openai-chat/request.ts";

const smallestLimit = 16;
const maxCallId = 64;
const imageUrl = z.string().regex(/^(?:https?:\/\/|data:image\/(?:png|jpe?g|gif|webp);base64,)/i);
const status = z.enum(["in_progress", "completed", "incomplete"]).nullish();
const name = z.string().regex(toolNamePattern);
const callId = z.string().min(1).max(maxCallId);

const inputPart = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("input_text"), text: z.string() }),
  z.strictObject({
    type: z.literal("input_image"),
    image_url: imageUrl.nullish(),
    file_id: z.string().startsWith("file").nullish(),
    detail: z.enum(["low", "high", "auto", "original"]).optional(),
  }),
  z.strictObject({
    type: z.literal("input_file"),
    file_data: z
      .string()
      .regex(/^data:[\w.+-]+\/[\w.+-]+;base64,/)
      .optional(),
    filename: z.string().optional(),
    file_id: z.string().startsWith("file").nullish(),
    file_url: z.string().optional(),
    detail: z.enum(["auto", "low", "high"]).optional(),
  }),
  z.strictObject({
    type: z.literal("input_audio"),
    input_audio: z.strictObject({ data: z.base64(), format: z.enum(["mp3", "wav"]) }),
  }),
]);
const outputPart = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("output_text"), text: z.string() }),
  z.looseObject({ type: z.literal("refusal"), refusal: z.string() }),
]);

const userMessage = z.strictObject({
  type: z.literal("message").optional(),
  id: z.string().startsWith("msg").optional(),
  role: z.enum(["user", "system", "developer"]),
  content: z.union([z.string(), z.array(inputPart)]),
  status,
});
const assistantMessage = z.strictObject({
  type: z.literal("message").optional(),
  id: z.string().startsWith("msg").optional(),
  role: z.literal("assistant"),
  content: z.union([z.string(), z.array(outputPart)]),
  phase: z.enum(["commentary", "final_answer"]).nullish(),
  status,
});
const message = z.discriminatedUnion("role", [userMessage, assistantMessage]);
const result = z.union([z.string(), z.array(inputPart)]);
const named = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function_call"),
    id: z.string().startsWith("fc").optional(),
    call_id: callId,
    name,
    arguments: z.string(),
    status,
    namespace: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    id: z.string().startsWith("fc").nullish(),
    call_id: callId,
    output: result,
    status,
  }),
  z.strictObject({
    type: z.literal("custom_tool_call"),
    id: z.string().startsWith("ctc").optional(),
    call_id: callId,
    name,
    input: z.string(),
    status,
    namespace: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("custom_tool_call_output"),
    id: z.string().startsWith("ctc").optional(),
    call_id: callId,
    output: result,
  }),
  z.strictObject({
    type: z.literal("reasoning"),
    id: z.string().startsWith("rs").optional(),
    summary: z.array(z.strictObject({ type: z.literal("summary_text"), text: z.string() })),
    content: z.array(z.strictObject({ type: z.literal("reasoning_text"), text: z.string() })).nullish(),
    encrypted_content: z.string().nullish(),
    status,
  }),
  z.strictObject({ type: z.literal("item_reference"), id: z.string() }),
]);

/** An item of the input. */
export const itemSchema = z.union([named, message]);

const tool = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("function"),
    name,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
    defer_loading: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal("custom"),
    name,
    description: z.string().optional(),
    format: z.looseObject({ type: z.enum(["text", "grammar"]) }).optional(),
    defer_loading: z.boolean().optional(),
  }),
  z.looseObject({
    type: z.enum([
      "web_search",
      "web_search_preview",
      "file_search",
      "computer",
      "computer_use_preview",
      "code_interpreter",
      "image_generation",
      "mcp",
      "local_shell",
      "shell",
      "apply_patch",
      "namespace",
      "tool_search",
    ]),
  }),
]);

/** The body of a request. Unknown parameters are refused, as OpenAI does. */
export const bodySchema = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(itemSchema)]).optional(),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: z.boolean().optional() }).nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  max_output_tokens: z.int().min(smallestLimit).nullish(),
  max_tool_calls: z.int().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  reasoning: z
    .strictObject({
      effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
      summary: z.enum(["auto", "concise", "detailed"]).nullish(),
      generate_summary: z.enum(["auto", "concise", "detailed"]).nullish(),
      context: z.enum(["auto", "current_turn", "all_turns"]).nullish(),
      mode: z.string().nullish(),
    })
    .nullish(),
  text: z
    .strictObject({
      format: z
        .discriminatedUnion("type", [
          z.strictObject({ type: z.literal("text") }),
          z.strictObject({ type: z.literal("json_object") }),
          z.strictObject({
            type: z.literal("json_schema"),
            name,
            schema: z.record(z.string(), z.unknown()),
            description: z.string().optional(),
            strict: z.boolean().nullish(),
          }),
        ])
        .optional(),
      verbosity: z.enum(["low", "medium", "high"]).nullish(),
    })
    .optional(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.strictObject({ type: z.enum(["function", "custom"]), name: z.string() }),
      z.strictObject({
        type: z.literal("allowed_tools"),
        mode: z.enum(["auto", "required"]),
        tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).min(1),
      }),
      z.strictObject({ type: z.enum(["web_search_preview", "file_search", "code_interpreter", "image_generation"]) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  include: z
    .array(
      z.enum([
        "reasoning.encrypted_content",
        "message.output_text.logprobs",
        "message.input_image.image_url",
        "file_search_call.results",
        "web_search_call.results",
        "web_search_call.action.sources",
        "computer_call_output.output.image_url",
        "code_interpreter_call.outputs",
      ]),
    )
    .nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  service_tier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  prompt_cache_options: z.unknown().optional(),
  safety_identifier: z.string().nullish(),
  user: z.string().optional(),
  context_management: z.unknown().optional(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
});

export type Body = z.infer<typeof bodySchema>;
export type Item = z.infer<typeof itemSchema>;
export type MessageItem = z.infer<typeof message>;
export type InputPart = z.infer<typeof inputPart>;
