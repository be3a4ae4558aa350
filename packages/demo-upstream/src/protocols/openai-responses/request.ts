import type { DemoCall, OfferedTool, Thinking, ToolChoice, ToolResult, Turn } from "../../scripts/plan.ts";
import { checkStrictSchema } from "../openai-chat/strict-schema.ts";
import { demand } from "../read-body.ts";
import { tokensOf, tokensPerImage } from "../tokens.ts";
import { checkItems } from "./conversation.ts";
import type { Body, InputPart, Item, MessageItem } from "./schema.ts";
import type { ResponseStore } from "./store.ts";

/** The call in a body and all the items it goes on from. Throws BadCall where OpenAI would refuse it. */
export function toCall(body: Body, items: readonly Item[], store: ResponseStore): DemoCall {
  checkItems(items, store);
  demand(!body.background || body.store !== false, "background: needs store to be true", "background");
  const tools = readTools(body);
  const toolChoice = readToolChoice(body, tools);
  const messages = items.filter(isMessage);
  const lastUser = messages.findLast(({ role }) => role === "user");
  const system = messages.filter(({ role }) => role === "system" || role === "developer").map(textOf);
  const last = items.at(-1);
  return {
    model: body.model,
    stream: body.stream ?? false,
    wantsUsage: true,
    system: [body.instructions ?? "", ...system].filter((text) => text !== "").join("\n"),
    turns: items.flatMap(turnsOf),
    lastUserText: lastUser ? textOf(lastUser) : "",
    imageUrls: mediaAfter(items, imagesIn),
    fileUrls: mediaAfter(items, filesIn),
    tools: toolChoice === "none" ? [] : tools,
    toolChoice,
    parallelTools: body.parallel_tool_calls ?? true,
    toolResults: readToolResults(items),
    afterTool: last?.type === "function_call_output" || last?.type === "custom_tool_call_output",
    thinking: readThinking(body),
    schema: readSchema(body),
    stopSequences: [],
    temperature: body.temperature ?? undefined,
    topP: body.top_p ?? undefined,
    choices: 1,
    logprobs: body.include?.includes("message.output_text.logprobs") ? (body.top_logprobs ?? 0) : undefined,
    maxTokens: body.max_output_tokens ?? Infinity,
    inputTokens: countTokens(body, items),
  };
}

/** Names of the tools that take text instead of arguments. */
export function customTools({ tools }: Body): ReadonlySet<string> {
  return new Set((tools ?? []).flatMap((tool) => (tool.type === "custom" ? [tool.name] : [])));
}

function readTools({ tools }: Body): OfferedTool[] {
  return (tools ?? []).flatMap((tool, index) => {
    if (tool.type === "custom") return [{ name: tool.name }];
    if (tool.type !== "function") return [];
    if (tool.strict) checkStrictSchema(tool.parameters, `tools[${index}].parameters`);
    return [{ name: tool.name, parameters: tool.parameters ?? undefined }];
  });
}

function readToolChoice({ tool_choice: choice, tools }: Body, offered: readonly OfferedTool[]): ToolChoice {
  if (!choice || choice === "auto" || choice === "none") return choice ?? "auto";
  demand(tools && tools.length > 0, "Tool choices other than 'auto' and 'none' require tools.", "tool_choice");
  if (choice === "required") return choice;
  if (choice.type === "allowed_tools") return choice.mode;
  if (!("name" in choice)) return "auto";
  const { name } = choice;
  demand(
    offered.some((tool) => tool.name === name),
    `Tool choice '${name}' not found in 'tools' parameter.`,
    "tool_choice",
  );
  return { name };
}

/** Who does not ask for a summary sees no thoughts. */
function readThinking({ reasoning }: Body): Thinking | undefined {
  if (!reasoning || reasoning.effort === "none") return undefined;
  return {
    ...(reasoning.effort && { effort: reasoning.effort }),
    ...(!reasoning.summary && !reasoning.generate_summary && { hidden: true as const }),
  };
}

function readSchema({ text }: Body): unknown {
  const format = text?.format;
  if (format?.type === "json_object") return true;
  if (format?.type !== "json_schema") return undefined;
  if (format.strict) checkStrictSchema(format.schema, "text.format.schema");
  return format.schema;
}

function readToolResults(items: readonly Item[]): ToolResult[] {
  const names = new Map(
    items.flatMap((item) =>
      item.type === "function_call" || item.type === "custom_tool_call" ? [[item.call_id, item.name] as const] : [],
    ),
  );
  return items.flatMap((item) => {
    if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") return [];
    const { call_id: id, output } = item;
    return [{ id, name: names.get(id) ?? "", text: textOfParts(output), isError: false }];
  });
}

function turnsOf(item: Item): Turn[] {
  if (isMessage(item)) {
    return [{ role: item.role === "developer" ? "system" : item.role, text: textOf(item) }];
  }
  if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") return [];
  return [{ role: "tool", text: textOfParts(item.output) }];
}

/** Media of what the user said last, and of the results that came since the assistant last spoke. */
function mediaAfter(items: readonly Item[], read: (parts: readonly InputPart[]) => string[]): string[] {
  const lastUser = items.findLastIndex((item) => isMessage(item) && item.role === "user");
  return items.slice(Math.max(lastUser, 0)).flatMap((item) => {
    if (isMessage(item)) return item.role === "user" && typeof item.content !== "string" ? read(item.content) : [];
    return "output" in item && typeof item.output !== "string" ? read(item.output) : [];
  });
}

function imagesIn(parts: readonly InputPart[]): string[] {
  return parts.flatMap((part) => (part.type === "input_image" && part.image_url ? [part.image_url] : []));
}

function filesIn(parts: readonly InputPart[]): string[] {
  return parts.flatMap((part) => {
    if (part.type === "input_audio") return [`data:audio/${part.input_audio.format};base64,${part.input_audio.data}`];
    if (part.type !== "input_file") return [];
    const url = part.file_data ?? part.file_url ?? part.file_id;
    return url ? [url] : [];
  });
}

function isMessage(item: Item): item is MessageItem {
  return "role" in item;
}

function textOf({ content }: MessageItem): string {
  return typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("");
}

function textOfParts(output: string | readonly InputPart[]): string {
  return typeof output === "string" ? output : output.map((part) => ("text" in part ? part.text : "")).join("");
}

function countTokens({ instructions }: Body, items: readonly Item[]): number {
  return items.reduce(
    (sum, item) => {
      if (!isMessage(item)) return sum + ("output" in item ? tokensOf(textOfParts(item.output)) : 0);
      const media = item.role === "assistant" || typeof item.content === "string" ? [] : item.content;
      const count = media.filter(({ type }) => type !== "input_text").length;
      return sum + tokensOf(textOf(item)) + tokensPerImage * count;
    },
    tokensOf(instructions ?? ""),
  );
}
