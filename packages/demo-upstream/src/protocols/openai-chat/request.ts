import { z } from "zod";
import type { DemoCall, OfferedTool, ToolChoice, ToolResult, Turn } from "../../scripts/plan.ts";
import { demand, readBody } from "../read-body.ts";
import { tokensOf, tokensPerImage } from "../tokens.ts";
import { checkConversation } from "./conversation.ts";
import { checkStrictSchema } from "./strict-schema.ts";

/** Tool names OpenAI takes. */
export const toolNamePattern = /^[a-zA-Z0-9_-]{1,64}$/;
const maxStops = 4;

const partSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("refusal"), refusal: z.string() }),
  z.looseObject({
    type: z.literal("image_url"),
    image_url: z.union([z.string(), z.looseObject({ url: z.string() })]),
  }),
  z.looseObject({
    type: z.literal("input_audio"),
    input_audio: z.looseObject({ data: z.base64(), format: z.string() }),
  }),
  z.looseObject({
    type: z.literal("file"),
    file: z.looseObject({ file_data: z.string().optional(), file_id: z.string().optional() }),
  }),
  // Of vLLM, whose users send them; the demo has nothing to say of them.
  z.looseObject({ type: z.enum(["video_url", "audio_url"]) }),
]);
const messageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  refusal: z.string().nullish(),
  tool_call_id: z.string().nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        type: z.string().optional(),
        function: z.looseObject({ name: z.string(), arguments: z.string() }),
      }),
    )
    .nullish(),
});
const tokenLimitSchema = z.int().min(1).nullish();
const toolSchema = z.looseObject({
  type: z.string().optional(),
  function: z.looseObject({
    name: z.string().regex(toolNamePattern),
    parameters: z.unknown().optional(),
    strict: z.boolean().nullish(),
  }),
});
const bodySchema = z.object({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(8).nullish(),
  max_tokens: tokenLimitSchema,
  max_completion_tokens: tokenLimitSchema,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(maxStops)]).nullish(),
  reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).nullish(),
  response_format: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({
        type: z.literal("json_schema"),
        json_schema: z.looseObject({
          name: z.string().regex(toolNamePattern),
          schema: z.record(z.string(), z.unknown()).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  tools: z.array(toolSchema).min(1).nullish(),
  tool_choice: z
    .union([z.enum(["none", "auto", "required"]), z.looseObject({ function: z.looseObject({ name: z.string() }) })])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
});

type Body = z.infer<typeof bodySchema>;
export type Message = z.infer<typeof messageSchema>;

/** Reads a chat completion request; unknown fields beside the known ones are ignored, as vLLM does. Throws BadCall. */
export function decodeRequest(body: Buffer): DemoCall {
  const request = readBody(bodySchema, body);
  const { messages } = request;
  checkConversation(messages);
  demand(
    request.stream || !request.stream_options,
    "stream_options: only allowed when stream is enabled",
    "stream_options",
  );
  demand(request.logprobs || request.top_logprobs == null, "top_logprobs: needs logprobs to be true", "top_logprobs");
  const tools = readTools(request);
  const toolChoice = readToolChoice(request, tools);
  const lastUser = messages.findLast((message) => message.role === "user");
  const effort = request.reasoning_effort ?? "none";
  return {
    model: request.model,
    stream: request.stream ?? false,
    wantsUsage: request.stream_options?.include_usage ?? false,
    system: messages.filter(isSystem).map(textOf).join("\n"),
    turns: messages.map(turnOf),
    lastUserText: lastUser ? textOf(lastUser) : "",
    imageUrls: lastUser ? imagesOf(lastUser) : [],
    fileUrls: lastUser ? filesOf(lastUser) : [],
    tools: toolChoice === "none" ? [] : tools,
    toolChoice,
    parallelTools: request.parallel_tool_calls ?? true,
    toolResults: toolResultsOf(messages),
    afterTool: messages.at(-1)?.role === "tool",
    thinking: effort === "none" ? undefined : { effort },
    schema: readSchema(request),
    stopSequences: typeof request.stop === "string" ? [request.stop] : (request.stop ?? []),
    temperature: request.temperature ?? undefined,
    topP: request.top_p ?? undefined,
    choices: request.n ?? 1,
    logprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
    maxTokens: Math.min(request.max_tokens ?? Infinity, request.max_completion_tokens ?? Infinity),
    inputTokens: messages.reduce((sum, message) => sum + tokensIn(message), 0),
  };
}

function readTools({ tools }: Body): readonly OfferedTool[] {
  return (tools ?? []).map(({ function: tool }, index) => {
    if (tool.strict) checkStrictSchema(tool.parameters, `tools.${index}.function.parameters`);
    return { name: tool.name, parameters: tool.parameters };
  });
}

function readToolChoice({ tool_choice: choice }: Body, tools: readonly OfferedTool[]): ToolChoice {
  if (!choice || choice === "auto" || choice === "none") return choice ?? "auto";
  demand(tools.length > 0, "tool_choice: only allowed when tools are given", "tool_choice");
  if (choice === "required") return choice;
  const { name } = choice.function;
  demand(
    tools.some((tool) => tool.name === name),
    `tool_choice: there is no tool ${name}`,
    "tool_choice",
  );
  return { name };
}

function readSchema({ response_format: format }: Body): unknown {
  if (format?.type === "json_object") return true;
  if (format?.type !== "json_schema") return undefined;
  const { schema, strict } = format.json_schema;
  if (strict) checkStrictSchema(schema, "response_format.json_schema.schema");
  return schema ?? true;
}

function isSystem({ role }: Message): boolean {
  return role === "system" || role === "developer";
}

function turnOf(message: Message): Turn {
  const { role } = message;
  if (isSystem(message)) return { role: "system", text: textOf(message) };
  return { role: role === "function" ? "tool" : (role as Turn["role"]), text: textOf(message) };
}

function toolResultsOf(messages: readonly Message[]): ToolResult[] {
  const names = new Map(
    messages.flatMap(({ tool_calls: calls }) => (calls ?? []).map((call) => [call.id, call.function.name] as const)),
  );
  return messages
    .filter(({ role }) => role === "tool")
    .map((message) => {
      const id = message.tool_call_id ?? "";
      return { id, name: names.get(id) ?? "", text: textOf(message), isError: false };
    });
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

function imagesOf({ content }: Message): string[] {
  if (typeof content === "string") return [];
  return (content ?? []).flatMap((part) => {
    if (part.type !== "image_url") return [];
    return [typeof part.image_url === "string" ? part.image_url : part.image_url.url];
  });
}

function filesOf({ content }: Message): string[] {
  if (typeof content === "string") return [];
  return (content ?? []).flatMap((part) => {
    if (part.type === "file") return part.file.file_data === undefined ? [] : [part.file.file_data];
    if (part.type !== "input_audio") return [];
    return [`data:audio/${part.input_audio.format};base64,${part.input_audio.data}`];
  });
}

function tokensIn(message: Message): number {
  return tokensOf(textOf(message)) + tokensPerImage * (imagesOf(message).length + filesOf(message).length);
}
