import type { CanonicalRequest, Tool, ToolChoice } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { isRecord } from "../../json/is-record.ts";
import { invalid } from "../../json/plain-fields.ts";
import { isStrictSchema } from "../../json/strict-schema.ts";
import { readWire, unknownMembers } from "../../json/wire.ts";
import type { Provider } from "../../providers/provider.ts";
import { flatName } from "./namespaces.ts";
import { customTool, functionTool, namespaceTool, type WireRequest } from "./wire.ts";

/** Tools that the vendor runs on its own machines, and bills apart from tokens. */
const hosted =
  /^(?:web_search|file_search|code_interpreter|mcp|image_generation|programmatic_tool_calling|tool_search)(?:_\w+)?$/;

/**
 * Refuses what would be billed apart from tokens, unless the provider's prices cover it (design section 4). Tools that the client runs itself
 * pass to upstreams of this protocol, also such as nobody knows here (case 14). `path`: of the list.
 */
export function refuseHostedTools(tools: unknown, provider: Provider, path = "tools"): void {
  if (!Array.isArray(tools)) return;
  for (const [index, tool] of tools.entries()) {
    if (!isRecord(tool) || typeof tool.type !== "string") continue;
    const { type } = tool;
    if (type === "namespace") refuseHostedTools(tool.tools, provider, `${path}[${index}].tools`);
    const environment = isRecord(tool.environment) ? tool.environment.type : undefined;
    const isInContainer = type === "shell" && environment !== undefined && environment !== "local";
    if (!hosted.test(type) && !isInContainer) continue;
    if (provider.serverTools?.some((each) => type.startsWith(each)) === true) continue;
    throw invalid(
      `${path}[${index}].type`,
      `不支持在厂商服务器上运行的工具 ${type}，它另行计费；请在客户端关闭它。`,
      `the tool ${type} runs on the vendor's servers and is billed apart: it is not supported; switch it off in the client.`,
    );
  }
}

/** The tools of a request for upstreams of another protocol. Throws for those that only this one has (case 14). */
export function decodeTools(
  tools: WireRequest["tools"],
  unmapped: string[],
  path = "tools",
  namespace?: string,
): Tool[] {
  return (tools ?? []).flatMap((tool, index) => decodeTool(tool, `${path}[${index}]`, unmapped, namespace));
}

function decodeTool(tool: { readonly type: string }, path: string, unmapped: string[], namespace?: string): Tool[] {
  switch (tool.type) {
    case "function": {
      const { name, description, parameters, strict } = readWire(functionTool, tool, path);
      unmapped.push(...unknownMembers(functionTool, tool, path));
      const schema = { parameters: parameters ?? null, isStrict: strict ?? null };
      return [{ name: flatName(namespace, name), description: description ?? null, ...schema }];
    }
    case "custom": {
      const { name, description, format } = readWire(customTool, tool, path);
      unmapped.push(...unknownMembers(customTool, tool, path));
      const custom = { format: format ?? null };
      const named = { name: flatName(namespace, name), description: description ?? null };
      return [{ ...named, parameters: null, isStrict: null, custom }];
    }
    case "namespace": {
      const { name, tools, description } = readWire(namespaceTool, tool, path);
      if (description) unmapped.push(`${path}.description`);
      return decodeTools(tools, unmapped, `${path}.tools`, name);
    }
    default:
      throw invalid(
        `${path}.type`,
        `这个模型的上游没有工具类型 ${tool.type}。`,
        `the upstream of this model has no tools of the type ${tool.type}.`,
      );
  }
}

export function decodeToolChoice(choice: WireRequest["tool_choice"]): ToolChoice | null {
  if (choice === null || choice === undefined) return null;
  if (typeof choice === "string") return { kind: choice };
  if ((choice.type === "function" || choice.type === "custom") && typeof choice.name === "string")
    return { kind: "named", name: choice.name };
  if (choice.type === "allowed_tools") {
    const names = (choice.tools ?? []).flatMap(({ name }) => (typeof name === "string" ? [name] : []));
    if (names.length === choice.tools?.length)
      return { kind: "allowed", names, isRequired: choice.mode === "required" };
  }
  throw invalid(
    "tool_choice",
    `这个模型的上游没有 tool_choice 的类型 ${choice.type}。`,
    `the upstream of this model has no tool_choice of the type ${choice.type}.`,
  );
}

export function encodeTools({ tools }: CanonicalRequest, notes: Notes): object[] {
  return tools.map((tool, index) => {
    if (tool.cacheControl !== undefined) notes.drop(`tools[${index}].cache_control`);
    const described = { name: tool.name, ...(tool.description !== null && { description: tool.description }) };
    if (tool.custom !== undefined) {
      const { format } = tool.custom;
      return { type: "custom", ...described, ...(format !== null && format !== undefined && { format }) };
    }
    // The default here is strict, elsewhere it isn't: a schema that was never written to be strict would be refused.
    const parameters = tool.parameters ?? { type: "object", properties: {} };
    const isHeld = tool.isStrict === true && isStrictSchema(parameters);
    if (tool.isStrict === true && !isHeld) notes.drop(`tools[${index}].strict`);
    return { type: "function", ...described, parameters, strict: isHeld };
  });
}

export function encodeToolChoice({ toolChoice, tools }: CanonicalRequest): unknown {
  const named = (name: string) => {
    const isCustom = tools.some((tool) => tool.name === name && tool.custom !== undefined);
    return { type: isCustom ? "custom" : "function", name };
  };
  switch (toolChoice?.kind) {
    case undefined:
      return undefined;
    case "none":
    case "auto":
    case "required":
      return toolChoice.kind;
    case "named":
      return named(toolChoice.name);
    case "allowed": {
      const mode = toolChoice.isRequired ? "required" : "auto";
      return { type: "allowed_tools", mode, tools: toolChoice.names.map(named) };
    }
    default:
      return toolChoice satisfies never;
  }
}
