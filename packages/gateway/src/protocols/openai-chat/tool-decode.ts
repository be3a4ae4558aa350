import type { Tool, ToolChoice } from "../../canonical/canonical-request.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import {
  customSchema,
  functionSchema,
  toolSchema,
  type WireRequest,
  type WireTool,
  type WireToolChoice,
} from "./wire.ts";

/** The tools, and the older functions. Throws `invalid_request` for a tool that only its vendor's servers can run (case 14). */
export function decodeTools({ tools, functions }: WireRequest, unmapped: string[]): Tool[] {
  return [
    ...(tools ?? []).map((tool, index) => decodeTool(tool, `tools[${index}]`, unmapped)),
    ...(functions ?? []).map((each, index) => decodeFunction(each, `functions[${index}]`, unmapped)),
  ];
}

function decodeTool(tool: WireTool, path: string, unmapped: string[]): Tool {
  unmapped.push(...unknownMembers(toolSchema, tool, path));
  const cacheable = tool.cache_control === undefined ? {} : { cacheControl: tool.cache_control };
  if (tool.type === "function" && tool.function) {
    return { ...decodeFunction(tool.function, `${path}.function`, unmapped), ...cacheable };
  }
  if (tool.type === "custom" && tool.custom) {
    const { name, description, format } = tool.custom;
    unmapped.push(...unknownMembers(customSchema, tool.custom, `${path}.custom`));
    const custom = { format: flatGrammar(format) };
    return { name, description: description ?? null, parameters: null, isStrict: null, custom, ...cacheable };
  }
  if (tool.type === "function" || tool.type === "custom") {
    const field = `${path}.${tool.type}`;
    throw invalid(field, `缺少字段 ${field}。`, `the field ${field} is missing.`);
  }
  throw invalid(
    `${path}.type`,
    `工具类型 ${tool.type} 只能由原供应商执行，无法用于该模型。`,
    `tools of type ${tool.type} are run by their own vendor and can't be used with this model.`,
  );
}

function decodeFunction(each: NonNullable<WireRequest["functions"]>[number], path: string, unmapped: string[]): Tool {
  unmapped.push(...unknownMembers(functionSchema, each, path));
  const { name, description, parameters, strict } = each;
  return { name, description: description ?? null, parameters: parameters ?? null, isStrict: strict ?? null };
}

/** Chat puts a grammar one level deeper than responses do; the canonical form has it flat. */
function flatGrammar(format: unknown): unknown {
  if (typeof format !== "object" || format === null || !("grammar" in format)) return format ?? null;
  const { grammar, ...rest } = format;
  return typeof grammar === "object" ? { ...rest, ...grammar } : format;
}

/** Throws `invalid_request` for a choice of a kind that only its vendor knows. */
export function decodeToolChoice({ tool_choice, function_call }: WireRequest): ToolChoice | null {
  const choice = tool_choice ?? function_call ?? null;
  if (choice === null) return null;
  if (typeof choice === "string") return { kind: choice };
  if (!("type" in choice)) return { kind: "named", name: String(choice.name) };
  const wire = choice as Exclude<WireToolChoice, string>;
  const chosen = wire.function ?? wire.custom;
  if (chosen) return { kind: "named", name: chosen.name };
  if (wire.allowed_tools) {
    const { mode, tools } = wire.allowed_tools;
    const names = tools.flatMap((each) => {
      const name = each.function?.name ?? each.custom?.name;
      return name === undefined ? [] : [name];
    });
    return { kind: "allowed", names, isRequired: mode === "required" };
  }
  throw invalid(
    "tool_choice",
    `无法转换类型为 ${wire.type} 的 tool_choice。`,
    `a tool_choice of type ${wire.type} can't be translated.`,
  );
}
