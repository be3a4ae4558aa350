import type { CanonicalRequest, Tool, ToolCallPart } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { carryInId, splitId } from "../../canonical/signature.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { fieldPath, unknownMembers } from "../../json/wire.ts";
import { functionSchema, toolSchema, type WireTool, type WireToolCall } from "./wire.ts";

/** The arguments of a tool that takes none. */
const NO_PARAMETERS = { type: "object", properties: {} };

export function decodeTools(tools: readonly WireTool[], unmapped: string[]): Tool[] {
  return tools.map((tool, index) => {
    const path = fieldPath("tools", [index]);
    if (tool.type !== undefined && tool.type !== null && tool.type !== "function")
      throw invalid(`${path}.type`, `${path}.type 只能是 function。`, `${path}.type must be function.`);
    unmapped.push(...unknownMembers(toolSchema, tool, path));
    unmapped.push(...unknownMembers(functionSchema, tool.function, `${path}.function`));
    const { name, description, parameters } = tool.function;
    return { name, description: description ?? null, parameters: parameters ?? null, isStrict: null };
  });
}

/** The tools that may be called. Throws where one must be: Ollama has no way to say so. */
export function encodeTools({ tools, toolChoice }: CanonicalRequest, notes: Notes): object[] | undefined {
  const kind = toolChoice?.kind ?? "auto";
  if (kind === "required" || kind === "named" || (toolChoice?.kind === "allowed" && toolChoice.isRequired))
    throw invalid(
      "tool_choice",
      "这个模型的上游（Ollama）不能强制调用工具，tool_choice 只能是 auto 或 none。",
      "the upstream of this model (Ollama) can't be made to call a tool: tool_choice must be auto or none.",
    );
  const names = toolChoice?.kind === "allowed" ? new Set(toolChoice.names) : null;
  const allowed = tools.filter(({ name }) => names?.has(name) ?? true);
  // Without tools there are no calls, and without calls no tools are needed to understand the history.
  if (kind === "none" || allowed.length === 0) return undefined;
  return allowed.map((tool) => {
    if (tool.custom !== undefined)
      throw invalid(
        "tools",
        `这个模型的上游（Ollama）不支持自由文本工具 ${tool.name}。`,
        `the upstream of this model (Ollama) doesn't take the free-text tool ${tool.name}.`,
      );
    if (tool.isStrict === true) notes.drop("tools.strict");
    if (tool.cacheControl !== undefined) notes.drop("tools.cache_control");
    const { name, description, parameters } = tool;
    const described = description === null ? {} : { description };
    return { type: "function", function: { name, ...described, parameters: parameters ?? NO_PARAMETERS } };
  });
}

/** A call in a history. `id`: for clients that leave it out. */
export function decodeCall({ id, function: called }: WireToolCall, fallbackId: string): ToolCallPart {
  const split = splitId(id ?? fallbackId);
  const part: ToolCallPart = {
    type: "tool-call",
    id: split.id,
    name: called.name,
    arguments: argumentsText(called.arguments),
  };
  return split.signature === null ? part : { ...part, signature: split.signature };
}

/** JSON text of arguments as they came: an object, or its text. */
export function argumentsText(value: WireToolCall["function"]["arguments"]): string {
  if (value === undefined || value === null || value === "") return "{}";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * A call as Ollama writes it, arguments an object. A text that is none was cut short by a limit, and `done_reason` says so (case 11).
 * The id carries a foreign signature where `carries`: for clients, which give it back.
 */
export function encodeCall(call: ToolCallPart, index: number, carries: boolean): object {
  const { id, name } = call;
  return {
    id: carries ? carryInId(id, call.signature) : id,
    function: { index, name, arguments: argumentsObject(call.arguments) },
  };
}

function argumentsObject(text: string): unknown {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  // Within a member of this name no digit is lost.
  return (parseJson(`{"arguments":${text}}`) as { readonly arguments: unknown }).arguments;
}
