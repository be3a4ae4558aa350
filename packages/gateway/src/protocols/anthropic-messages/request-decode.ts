import type {
  CanonicalRequest,
  Message,
  OutputFormat,
  ReasoningWish,
  TextPart,
  Tool,
  ToolChoice,
} from "../../canonical/canonical-request.ts";
import { noSampling } from "../../canonical/canonical-request.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import { AssistantBlocks } from "./assistant-decode.ts";
import { cacheOf, UserBlocks } from "./user-decode.ts";
import { refuseVendorTools } from "./vendor-tools.ts";
import {
  messageSchema,
  metadataSchema,
  outputConfigSchema,
  requestSchema,
  textBlockSchema,
  thinkingSchema,
  toolChoiceSchema,
  toolSchema,
  type WireRequest,
} from "./wire.ts";

/** A messages request for upstreams of other protocols. Throws `invalid_request` naming what they have no way to be told. */
export function decodeRequest(body: Buffer): CanonicalRequest {
  const value = parseJson(body.toString("utf8"));
  if (isRecord(value)) refuseVendorTools(value.tools);
  const wire = readWire(requestSchema, value);
  const unmapped = unknownMembers(requestSchema, wire);
  return {
    model: wire.model,
    messages: [...systemMessages(wire), ...wire.messages.flatMap((each, index) => messages(each, index, unmapped))],
    tools: (wire.tools ?? []).map((each, index) => tool(each, index, unmapped)),
    toolChoice: toolChoice(wire, unmapped),
    parallelToolCalls: parallel(wire),
    sampling: {
      ...noSampling,
      temperature: wire.temperature ?? null,
      topP: wire.top_p ?? null,
      topK: wire.top_k ?? null,
    },
    stop: wire.stop_sequences ?? [],
    outputLimit: wire.max_tokens ?? null,
    choices: 1,
    reasoning: reasoning(wire, unmapped),
    outputFormat: outputFormat(wire, unmapped),
    topLogprobs: null,
    isStream: wire.stream ?? false,
    namesUser: namesUser(wire, unmapped),
    unmapped,
  };
}

/** The leading system text: one message, its blocks in order (case 1). */
function systemMessages({ system }: WireRequest): Message[] {
  if (system === undefined || system === null || system === "") return [];
  const parts = typeof system === "string" ? [{ type: "text" as const, text: system }] : system.map(systemPart);
  return parts.length === 0 ? [] : [{ role: "system", parts }];
}

function systemPart(block: NonNullable<Exclude<WireRequest["system"], string>>[number]): TextPart {
  return { type: "text", text: block.text, ...cacheOf(block.cache_control) };
}

/** One turn: results of tools and what else a user says become messages of their own, in the order in which they stood. */
function messages(message: WireRequest["messages"][number], index: number, unmapped: string[]): Message[] {
  const path = `messages[${index}]`;
  unmapped.push(...unknownMembers(messageSchema, message, path));
  const { role, content } = message;
  const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
  if (role === "assistant") {
    const parts = new AssistantBlocks(unmapped).decode(blocks, `${path}.content`);
    return parts.length === 0 ? [] : [{ role, parts }];
  }
  // Claude Code puts reminders between turns this way.
  if (role === "system") {
    const parts = blocks.map((block, at) => systemPart(readWire(textBlockSchema, block, `${path}.content[${at}]`)));
    return parts.length === 0 ? [] : [{ role, parts }];
  }
  return new UserBlocks(unmapped).decode(blocks, `${path}.content`);
}

function tool(wire: NonNullable<WireRequest["tools"]>[number], index: number, unmapped: string[]): Tool {
  unmapped.push(...unknownMembers(toolSchema, wire, `tools[${index}]`));
  return {
    name: wire.name,
    description: wire.description ?? null,
    parameters: wire.input_schema ?? null,
    isStrict: wire.strict ?? null,
    ...cacheOf(wire.cache_control),
  };
}

function toolChoice({ tool_choice: choice }: WireRequest, unmapped: string[]): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  unmapped.push(...unknownMembers(toolChoiceSchema, choice, "tool_choice"));
  if (choice.type !== "tool") return { kind: choice.type === "any" ? "required" : choice.type };
  const { name } = choice;
  if (name === undefined || name === null || name === "")
    throw invalid("tool_choice.name", "tool_choice.name 应为工具名称。", "tool_choice.name must name a tool.");
  return { kind: "named", name };
}

function parallel({ tool_choice: choice }: WireRequest): boolean | null {
  const isDisabled = choice?.disable_parallel_tool_use;
  return isDisabled === undefined || isDisabled === null ? null : !isDisabled;
}

/** Case 20. An effort without `thinking` bounds the whole answer at Anthropic; elsewhere it is the thinking that it bounds. */
function reasoning({ thinking, output_config: config }: WireRequest, unmapped: string[]): ReasoningWish | null {
  const effort = config?.effort ?? null;
  if (thinking === undefined || thinking === null)
    return effort === null
      ? null
      : { effort, budgetTokens: null, isEnabled: true, isAdaptive: false, showsThoughts: null };
  unmapped.push(...unknownMembers(thinkingSchema, thinking, "thinking"));
  const { type, display, budget_tokens: budgetTokens } = thinking;
  return {
    effort,
    budgetTokens: type === "enabled" ? (budgetTokens ?? null) : null,
    isEnabled: type !== "disabled",
    isAdaptive: type === "adaptive" || type === "between_tools",
    showsThoughts: display === undefined || display === null ? null : display === "summarized",
  };
}

function outputFormat(wire: WireRequest, unmapped: string[]): OutputFormat | null {
  const { output_config: config, output_format: former } = wire;
  if (config !== undefined && config !== null)
    unmapped.push(...unknownMembers(outputConfigSchema, config, "output_config"));
  const format = config?.format ?? former;
  if (format === undefined || format === null) return null;
  return { kind: "schema", name: null, description: null, schema: format.schema, isStrict: null };
}

function namesUser({ metadata }: WireRequest, unmapped: string[]): boolean {
  if (metadata === undefined || metadata === null) return false;
  unmapped.push(...unknownMembers(metadataSchema, metadata, "metadata"));
  return metadata.user_id !== undefined && metadata.user_id !== null;
}
