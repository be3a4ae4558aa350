import { z } from "zod";

export const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;
/** `max_tokens` may not be more, whatever the model. */
export const mostOutputTokens = 128_000;
const idPattern = /^[a-zA-Z0-9_-]+$/;

const cacheControl = z.strictObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).nullish() }).nullish();
const webAddress = z.string().regex(/^https?:\/\//);
const citations = z.union([z.array(z.looseObject({ type: z.string() })), z.looseObject({ enabled: z.boolean() })]);

const text = z.strictObject({
  type: z.literal("text"),
  text: z.string(),
  cache_control: cacheControl,
  citations: z.array(z.looseObject({ type: z.string() })).nullish(),
});
const image = z.strictObject({
  type: z.literal("image"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.base64().min(1),
    }),
    z.strictObject({ type: z.literal("url"), url: webAddress }),
    z.strictObject({ type: z.literal("file"), file_id: z.string().startsWith("file_") }),
  ]),
  cache_control: cacheControl,
});
const document = z.strictObject({
  type: z.literal("document"),
  source: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.literal("application/pdf"),
      data: z.base64().min(1),
    }),
    z.strictObject({ type: z.literal("text"), media_type: z.literal("text/plain"), data: z.string().min(1) }),
    z.strictObject({ type: z.literal("url"), url: webAddress }),
    z.strictObject({ type: z.literal("content"), content: z.union([z.string(), z.array(z.unknown())]) }),
    z.strictObject({ type: z.literal("file"), file_id: z.string().startsWith("file_") }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: citations.nullish(),
  cache_control: cacheControl,
});
const searchResult = z.looseObject({ type: z.literal("search_result"), content: z.array(text) });
const thinking = z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() });
const redactedThinking = z.strictObject({ type: z.literal("redacted_thinking"), data: z.string().min(1) });
const toolUse = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().regex(idPattern),
  name: z.string().regex(namePattern),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl,
  caller: z.looseObject({ type: z.string() }).optional(),
});
const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string().regex(idPattern),
  content: z
    .union([z.string(), z.array(z.discriminatedUnion("type", [text, image, document, searchResult]))])
    .optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl,
});

/** Blocks of tools that run at Anthropic; what they hold is its own. */
const serverBlock = z.looseObject({
  type: z.enum([
    "server_tool_use",
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "mcp_tool_use",
    "mcp_tool_result",
    "container_upload",
    "compaction",
  ]),
});

const block = z.discriminatedUnion("type", [
  text,
  image,
  document,
  searchResult,
  thinking,
  redactedThinking,
  toolUse,
  toolResult,
  serverBlock,
]);
const message = z.strictObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z.union([z.string(), z.array(block)]),
});
const tool = z.union([
  z.strictObject({
    type: z.literal("custom").nullish(),
    name: z.string().regex(namePattern),
    description: z.string().optional(),
    input_schema: z.looseObject({ type: z.literal("object") }),
    cache_control: cacheControl,
    strict: z.boolean().optional(),
    eager_input_streaming: z.boolean().nullish(),
    defer_loading: z.boolean().optional(),
    input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
    allowed_callers: z.array(z.string()).optional(),
  }),
  z.looseObject({ type: z.string().regex(/_\d{8}$/), name: z.string() }),
]);
const parallel = { disable_parallel_tool_use: z.boolean().optional() };

/** The body of a messages request. Unknown fields are refused ("Extra inputs are not permitted"), as Anthropic does. */
export const bodySchema = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message),
  max_tokens: z.int().min(1).max(mostOutputTokens),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  stop_sequences: z.array(z.string().regex(/\S/, "each stop sequence must contain non-whitespace")).optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({
        type: z.literal("enabled"),
        budget_tokens: z.int().min(1024),
        display: z.enum(["summarized", "omitted"]).nullish(),
      }),
      z.strictObject({ type: z.literal("adaptive"), display: z.enum(["summarized", "omitted"]).nullish() }),
      z.strictObject({ type: z.literal("disabled") }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) }).nullish(),
      task_budget: z.looseObject({}).optional(),
    })
    .optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), ...parallel }),
      z.strictObject({ type: z.literal("any"), ...parallel }),
      z.strictObject({ type: z.literal("tool"), name: z.string(), ...parallel }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  cache_control: cacheControl,
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  speed: z.enum(["standard", "fast"]).nullish(),
  inference_geo: z.string().nullish(),
  container: z.unknown().optional(),
  diagnostics: z.unknown().optional(),
  user_profile_id: z.string().optional(),
  workspace_id: z.string().optional(),
});

/** Fields that only requests with an `anthropic-beta` header may have. */
export const betaFields = { context_management: z.unknown().optional(), mcp_servers: z.array(z.unknown()).optional() };

export type Body = z.infer<typeof bodySchema>;
export type Message = z.infer<typeof message>;
export type Block = z.infer<typeof block>;
export type ToolResultBlock = z.infer<typeof toolResult>;
