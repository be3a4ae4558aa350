import { z } from "zod";
import type { DemoCall, OfferedTool, Thinking, ToolChoice, ToolResult, Turn } from "../../scripts/plan.ts";
import type { DemoRequest } from "../protocol.ts";
import { demand, readBody } from "../read-body.ts";
import { tokensOf, tokensPerImage } from "../tokens.ts";
import { blocksOfMessage, checkConversation } from "./conversation.ts";
import { checkLimits, checkNewestVersion } from "./limits.ts";
import {
  type Block,
  type Body,
  betaFields,
  bodySchema,
  type Message,
  mostOutputTokens,
  type ToolResultBlock,
} from "./schema.ts";

const newestVersion = "2026-10-21";
const versions = ["2023-01-01", "2023-06-01", newestVersion];
const betaSchema = bodySchema.extend(betaFields);
/** Counting needs no limit; one is filled in so that what remains can be checked alike. */
const countSchema = betaSchema.extend({ max_tokens: z.int().min(1).default(mostOutputTokens) });

/** Reads a messages request. Throws BadCall where Anthropic would refuse it. */
export function decodeMessages(request: DemoRequest): DemoCall {
  return toCall(readChecked(request, request.headers["anthropic-beta"] === undefined ? bodySchema : betaSchema));
}

/** Reads a count_tokens request, which is one without a limit. Throws BadCall. */
export function decodeCount(request: DemoRequest): DemoCall {
  return toCall(readChecked(request, countSchema));
}

function readChecked(request: DemoRequest, schema: z.ZodType<Body>): Body {
  const version = request.headers["anthropic-version"];
  demand(version, "anthropic-version: header is required");
  demand(versions.includes(String(version)), `anthropic-version: "${version}" is not a valid version`);
  const body = readBody(schema, request.body);
  checkConversation(body);
  checkLimits(body);
  if (version === newestVersion) checkNewestVersion(body);
  return body;
}

function toCall(body: Body): DemoCall {
  const { messages } = body;
  const lastUser = messages.findLast(({ role }) => role === "user");
  const lastBlocks = lastUser ? blocksOfMessage(lastUser) : [];
  const choice = body.tool_choice;
  const tools = readTools(body);
  return {
    model: body.model,
    stream: body.stream ?? false,
    wantsUsage: true,
    system: systemText(body),
    turns: messages.flatMap(turnsOf),
    lastUserText: textOf(lastBlocks),
    imageUrls: lastBlocks.flatMap(imagesIn),
    fileUrls: lastBlocks.flatMap(filesIn),
    tools: choice?.type === "none" ? [] : tools,
    toolChoice: readToolChoice(body),
    parallelTools: !(choice && "disable_parallel_tool_use" in choice && choice.disable_parallel_tool_use),
    toolResults: toolResultsIn(messages),
    afterTool: lastBlocks.some(({ type }) => type === "tool_result"),
    thinking: readThinking(body),
    schema: body.output_config?.format?.schema,
    stopSequences: body.stop_sequences ?? [],
    temperature: body.temperature,
    topP: body.top_p,
    choices: 1,
    logprobs: undefined,
    maxTokens: body.max_tokens,
    inputTokens: countTokens(body),
  };
}

function systemText({ system, messages }: Body): string {
  const top = typeof system === "string" ? [system] : (system ?? []).map(({ text }) => text);
  const inline = messages.filter(({ role }) => role === "system").map((message) => textOf(blocksOfMessage(message)));
  return [...top, ...inline].filter((text) => text !== "").join("\n");
}

function readTools({ tools = [] }: Body): OfferedTool[] {
  return tools.flatMap((tool) => ("input_schema" in tool ? [{ name: tool.name, parameters: tool.input_schema }] : []));
}

function readToolChoice({ tool_choice: choice }: Body): ToolChoice {
  switch (choice?.type) {
    case undefined:
    case "auto":
      return "auto";
    case "any":
      return "required";
    case "none":
      return "none";
    case "tool":
      return { name: choice.name };
  }
}

function readThinking({ thinking, output_config: output }: Body): Thinking | undefined {
  if (!thinking || thinking.type === "disabled") return undefined;
  return {
    ...(thinking.type === "enabled" && { budgetTokens: thinking.budget_tokens }),
    ...(output?.effort && { effort: output.effort }),
    ...(thinking.display === "omitted" && { hidden: true as const }),
  };
}

/** Results of tools are turns of their own, before what else the user says with them. */
function turnsOf(message: Message): Turn[] {
  const blocks = blocksOfMessage(message);
  const results = blocks.flatMap((block): Turn[] =>
    block.type === "tool_result" ? [{ role: "tool", text: resultText(block) }] : [],
  );
  const rest = blocks.filter(({ type }) => type !== "tool_result");
  return rest.length === 0 ? results : [...results, { role: message.role, text: textOf(rest) }];
}

function toolResultsIn(messages: readonly Message[]): ToolResult[] {
  const blocks = messages.flatMap(blocksOfMessage);
  const names = new Map(
    blocks.flatMap((block) => (block.type === "tool_use" ? [[block.id, block.name] as const] : [])),
  );
  return blocks.flatMap((block) => {
    if (block.type !== "tool_result") return [];
    const id = block.tool_use_id;
    return [{ id, name: names.get(id) ?? "", text: resultText(block), isError: block.is_error ?? false }];
  });
}

function resultText({ content = "" }: ToolResultBlock): string {
  return typeof content === "string" ? content : textOf(content);
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
}

/** Images, also those inside the results of tools. */
function imagesIn(block: Block): string[] {
  if (block.type === "tool_result") {
    return typeof block.content === "string" ? [] : (block.content ?? []).flatMap(imagesIn);
  }
  if (block.type !== "image") return [];
  const { source } = block;
  if (source.type === "base64") return [`data:${source.media_type};base64,${source.data}`];
  return [source.type === "url" ? source.url : source.file_id];
}

function filesIn(block: Block): string[] {
  if (block.type !== "document") return [];
  const { source } = block;
  if (source.type === "base64") return [`data:${source.media_type};base64,${source.data}`];
  if (source.type === "url") return [source.url];
  return source.type === "file" ? [source.file_id] : [];
}

function countTokens(body: Body): number {
  const top = typeof body.system === "string" ? body.system : (body.system ?? []).map(({ text }) => text).join("");
  return body.messages.reduce((sum, message) => {
    const blocks = blocksOfMessage(message);
    const texts = blocks.map((block) => (block.type === "tool_result" ? resultText(block) : textOf([block])));
    const media = blocks.flatMap((block) => [...imagesIn(block), ...filesIn(block)]).length;
    return sum + tokensOf(texts.join("")) + tokensPerImage * media;
  }, tokensOf(top));
}
