import { demand } from "../read-body.ts";
import { blocksOfMessage, checkTexts } from "./conversation.ts";
import type { Body } from "./schema.ts";

const maxCacheMarks = 4;
/** A schema of an output format may not limit values, as the grammar behind it cannot. */
const unsupportedKeywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
];

/** What Anthropic demands of the fields in combination. Throws BadCall. */
export function checkLimits(body: Body) {
  checkThinking(body);
  checkTools(body);
  if (Array.isArray(body.system)) {
    for (const [index, block] of body.system.entries()) checkTexts(block, `system.${index}`);
  }
  const marks = countCacheMarks(body);
  demand(
    marks <= maxCacheMarks,
    `A maximum of ${maxCacheMarks} blocks with cache_control may be provided. Found ${marks}.`,
  );
  const format = body.output_config?.format;
  if (format) checkOutputSchema(format.schema, "output_config.format.schema");
}

/**
 * What version 2026-10-21 does not take any more: sampling parameters (not even with their usual values), citations on what the user says.
 * (A document in the assistant's mouth is refused in every version here.) Throws BadCall.
 */
export function checkNewestVersion(body: Body) {
  for (const name of ["temperature", "top_p", "top_k"] as const) {
    demand(body[name] === undefined, `${name}: Extra inputs are not permitted`, name);
  }
  for (const [index, message] of body.messages.entries()) {
    if (message.role !== "user") continue;
    const cites = blocksOfMessage(message).some((block) => block.type === "text" && (block.citations ?? []).length > 0);
    demand(!cites, `messages.${index}: citations are not allowed in user messages`, `messages.${index}`);
  }
}

function checkThinking({
  thinking,
  max_tokens: maxTokens,
  temperature,
  top_p: topP,
  top_k: topK,
  tool_choice: choice,
}: Body) {
  if (!thinking || thinking.type === "disabled") return;
  if (thinking.type === "enabled") {
    demand(
      thinking.budget_tokens < maxTokens,
      "`max_tokens` must be greater than `thinking.budget_tokens`",
      "thinking.budget_tokens",
    );
  }
  demand(
    temperature === undefined || temperature === 1,
    "`temperature` may only be set to 1 when thinking is enabled",
    "temperature",
  );
  demand(
    topP === undefined || topP >= 0.95,
    "`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled",
    "top_p",
  );
  demand(topK === undefined, "`top_k` must be unset when thinking is enabled", "top_k");
  demand(
    !choice || choice.type === "auto" || choice.type === "none",
    "Thinking may not be enabled when tool_choice forces tool use.",
    "tool_choice",
  );
}

function checkTools({ tools = [], tool_choice: choice }: Body) {
  const names = tools.map(({ name }) => name);
  demand(new Set(names).size === names.length, "tools: Tool names must be unique.", "tools");
  for (const [index, tool] of tools.entries()) {
    if (!("input_schema" in tool)) continue;
    const at = `tools.${index}.custom.input_schema`;
    const schema = tool.input_schema as Record<string, unknown>;
    const wrong = ["oneOf", "allOf", "anyOf"].find((keyword) => keyword in schema);
    demand(!wrong, `${at}: input_schema does not support oneOf, allOf, or anyOf at the top level`, at);
    if ("strict" in tool && tool.strict) checkOutputSchema(schema, at);
  }
  demand(
    !choice || choice.type === "none" || tools.length > 0,
    "tool_choice: tool_choice may only be specified while providing tools.",
    "tool_choice",
  );
  if (choice?.type === "tool") {
    demand(
      names.includes(choice.name),
      `tool_choice: Tool '${choice.name}' not found in provided tools`,
      "tool_choice",
    );
  }
}

/** Structured output: objects must be closed, and only what a grammar can express is allowed. */
function checkOutputSchema(schema: unknown, at: string) {
  if (typeof schema !== "object" || schema === null) return;
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) checkOutputSchema(item, `${at}.${index}`);
    return;
  }
  const fields = schema as Record<string, unknown>;
  if (fields.type === "object") {
    demand(
      fields.additionalProperties === false,
      `${at}: For 'object' type, 'additionalProperties' must be explicitly set to false`,
      at,
    );
  }
  for (const [key, value] of Object.entries(fields)) {
    const isKeyword = typeof value !== "object";
    demand(!(isKeyword && unsupportedKeywords.includes(key)), `${at}: property '${key}' is not supported`, at);
    if (key !== "enum" && key !== "const" && key !== "default") checkOutputSchema(value, `${at}.${key}`);
  }
}

function countCacheMarks({ messages, system, tools = [], cache_control: mark }: Body): number {
  const blocks = messages.flatMap(blocksOfMessage);
  const inner = blocks.flatMap((block) =>
    block.type === "tool_result" && typeof block.content !== "string" ? (block.content ?? []) : [],
  );
  const marked = [...blocks, ...inner, ...(Array.isArray(system) ? system : []), ...tools].filter(
    (block) => "cache_control" in block && block.cache_control,
  );
  return marked.length + (mark ? 1 : 0);
}
