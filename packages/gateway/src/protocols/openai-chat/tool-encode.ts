import type { CanonicalRequest, Tool, ToolChoice } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { isStrictSchema } from "../../json/strict-schema.ts";
import type { OpenAiDialect } from "../../providers/openai-dialect.ts";

/** `tools`, `tool_choice` and `parallel_tool_calls`; nothing where there are no tools, because OpenAI refuses a choice between none. */
export function encodeTools(request: CanonicalRequest, dialect: OpenAiDialect, notes: Notes): object {
  const { tools, toolChoice, parallelToolCalls } = request;
  if (tools.length === 0) {
    if (toolChoice !== null && toolChoice.kind !== "none" && toolChoice.kind !== "auto") notes.drop("tool_choice");
    if (parallelToolCalls !== null) notes.drop("parallel_tool_calls");
    return {};
  }
  if (tools.some((tool) => tool.cacheControl !== undefined)) notes.drop("cache_control");
  const isListed = toolChoice?.kind === "allowed" && !dialect.takesCustomTools;
  const offered = isListed ? tools.filter(({ name }) => toolChoice.names.includes(name)) : tools;
  const choice = isListed ? ({ kind: toolChoice.isRequired ? "required" : "auto" } as const) : toolChoice;
  if (offered.length === 0) return {};
  return {
    tools: offered.map((tool, index) => encodeTool(tool, `tools[${index}]`, dialect, notes)),
    ...(choice !== null && { tool_choice: encodeChoice(choice, tools) }),
    ...(parallelToolCalls !== null && { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeTool(tool: Tool, path: string, { checksStrict }: OpenAiDialect, notes: Notes): object {
  const { name, parameters, isStrict, custom } = tool;
  const description = tool.description === null ? {} : { description: tool.description };
  if (custom !== undefined) {
    const format = nestedGrammar(custom.format);
    return { type: "custom", custom: { name, ...description, ...(format !== null && { format }) } };
  }
  const schema = parameters ?? { type: "object", properties: {} };
  const isHeld = isStrict === true && (!checksStrict || isStrictSchema(schema));
  if (isStrict === true && !isHeld) notes.drop(`${path}.strict`);
  const strict = isStrict === null ? {} : { strict: isHeld };
  return { type: "function", function: { name, ...description, parameters: schema, ...strict } };
}

/** Chat wants a grammar's members one level deeper than the canonical form has them. */
function nestedGrammar(format: unknown): unknown {
  if (typeof format !== "object" || format === null || !("type" in format)) return null;
  if (format.type !== "grammar" || "grammar" in format) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): unknown {
  const isCustom = (name: string) => tools.some((tool) => tool.name === name && tool.custom !== undefined);
  const named = (name: string) =>
    isCustom(name) ? { type: "custom", custom: { name } } : { type: "function", function: { name } };
  switch (choice.kind) {
    case "named":
      return named(choice.name);
    case "allowed":
      return {
        type: "allowed_tools",
        allowed_tools: { mode: choice.isRequired ? "required" : "auto", tools: choice.names.map(named) },
      };
    default:
      return choice.kind;
  }
}
