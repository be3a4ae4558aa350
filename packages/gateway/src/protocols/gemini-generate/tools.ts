import type { CanonicalRequest, Tool, ToolChoice } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import type { GeminiDialect } from "../../providers/gemini-dialect.ts";
import { decodeSchema } from "./schema-decode.ts";
import { encodeSchema } from "./schema-encode.ts";
import { functionDeclarationSchema, type WireTool } from "./wire.ts";

/** By their numbers (google.ai.generativelanguage.FunctionCallingConfig.Mode), which google.generativeai sends. */
const modes = ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"];
/** A tool of free text, as a function: the one parameter that holds it. */
const INPUT = "input";

/**
 * Refuses what a vendor would do by itself (search the web, run code): no model's price covers it, and no other vendor has it (case 14).
 * `tools` as on the wire, in either spelling.
 */
export function refuseVendorTools(tools: unknown): void {
  for (const [index, tool] of (Array.isArray(tools) ? tools : [tools]).entries()) {
    if (typeof tool !== "object" || tool === null) continue;
    const vendor = Object.keys(tool).find((key) => key !== "functionDeclarations" && key !== "function_declarations");
    if (vendor === undefined) continue;
    const path = `tools[${index}].${vendor.slice(0, 60)}`;
    throw invalid(
      path,
      `不支持内置工具 ${path}，它会另外计费；请改用 functionDeclarations。`,
      `the built-in tool ${path} is not supported, because it is billed apart: use functionDeclarations.`,
    );
  }
}

/** The functions of a request. What is said of their answers has no counterpart: `unmapped` names it. */
export function decodeTools(tools: readonly WireTool[], unmapped: string[]): Tool[] {
  return tools.flatMap(({ functionDeclarations }, index) =>
    (functionDeclarations ?? []).map((declaration, place): Tool => {
      const path = `tools[${index}].functionDeclarations[${place}]`;
      unmapped.push(...unknownMembers(functionDeclarationSchema, declaration, path));
      return {
        name: declaration.name,
        description: declaration.description ?? null,
        parameters: declaration.parametersJsonSchema ?? decodeSchema(declaration.parameters) ?? null,
        isStrict: null,
      };
    }),
  );
}

/** `functionCallingConfig` (ai.google.dev/api/caching#FunctionCallingConfig). Throws `invalid_request` for an unknown mode. */
export function decodeToolChoice(
  config: { readonly mode?: string | number | null; readonly allowedFunctionNames?: readonly string[] | null } | null,
): ToolChoice | null {
  if (config === null) return null;
  const names = config.allowedFunctionNames ?? [];
  const mode = typeof config.mode === "number" ? modes[config.mode] : (config.mode ?? "MODE_UNSPECIFIED").toUpperCase();
  switch (mode) {
    case "MODE_UNSPECIFIED":
      return null;
    case "AUTO":
      return { kind: "auto" };
    case "NONE":
      return { kind: "none" };
    case "ANY": {
      const [only] = names;
      if (only === undefined) return { kind: "required" };
      return names.length === 1 ? { kind: "named", name: only } : { kind: "allowed", names, isRequired: true };
    }
    case "VALIDATED":
      return names.length === 0 ? { kind: "auto" } : { kind: "allowed", names, isRequired: false };
    default:
      throw invalid(
        "toolConfig.functionCallingConfig.mode",
        "functionCallingConfig.mode 应为 AUTO、ANY、NONE 或 VALIDATED。",
        "functionCallingConfig.mode must be AUTO, ANY, NONE or VALIDATED.",
      );
  }
}

/** The members `tools` and `toolConfig`; neither where there are no tools. */
export function encodeTools(request: CanonicalRequest, dialect: GeminiDialect, notes: Notes): Record<string, unknown> {
  const { tools, toolChoice, parallelToolCalls } = request;
  if (parallelToolCalls === false) notes.drop("parallel_tool_calls");
  if (tools.length === 0) return {};
  const functionDeclarations = tools.map((tool, index) => encodeTool(tool, `tools[${index}]`, dialect, notes));
  const functionCallingConfig = encodeToolChoice(toolChoice);
  return {
    tools: [{ functionDeclarations }],
    ...(functionCallingConfig !== null && { toolConfig: { functionCallingConfig } }),
  };
}

/** The arguments of a call of a tool that takes free text. */
export function freeTextArguments(text: string): Record<string, unknown> {
  return { [INPUT]: text };
}

function encodeTool(tool: Tool, path: string, dialect: GeminiDialect, notes: Notes): Record<string, unknown> {
  if (tool.isStrict === true) notes.drop(`${path}.strict`);
  if (tool.cacheControl !== undefined) notes.drop(`${path}.cache_control`);
  if (tool.custom?.format !== undefined && tool.custom.format !== null) notes.drop(`${path}.format`);
  const parameters = tool.custom === undefined ? tool.parameters : freeText;
  return {
    name: tool.name,
    ...(tool.description !== null && { description: tool.description }),
    ...encodeParameters(parameters, `${path}.parameters`, dialect, notes),
  };
}

const freeText = { type: "object", properties: { [INPUT]: { type: "string" } }, required: [INPUT] };

function encodeParameters(
  parameters: unknown,
  path: string,
  { takesJsonSchema }: GeminiDialect,
  notes: Notes,
): Record<string, unknown> {
  if (parameters === null || parameters === undefined) return {};
  if (takesJsonSchema) return { parametersJsonSchema: parameters };
  const schema = encodeSchema(parameters, path, notes);
  // A function without parameters has no schema of them: one without properties is refused.
  return schema.properties === undefined && schema.anyOf === undefined ? {} : { parameters: schema };
}

function encodeToolChoice(choice: ToolChoice | null): Record<string, unknown> | null {
  switch (choice?.kind) {
    case undefined:
      return null;
    case "none":
      return { mode: "NONE" };
    case "auto":
      return { mode: "AUTO" };
    case "required":
      return { mode: "ANY" };
    case "named":
      return { mode: "ANY", allowedFunctionNames: [choice.name] };
    case "allowed":
      return { mode: choice.isRequired ? "ANY" : "VALIDATED", allowedFunctionNames: choice.names };
    default:
      return choice satisfies never;
  }
}
