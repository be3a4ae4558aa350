import type { CanonicalRequest, Tool, ToolChoice } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { isRecord } from "../../json/is-record.ts";
import { closedSchema, inputSchema, isGrammatical } from "./schema-encode.ts";
import { FREE_TEXT } from "./tool-json.ts";
import type { WireBlock } from "./turns-encode.ts";

export type WireTools = { readonly tools?: WireBlock[]; readonly tool_choice?: WireBlock };

/** `tools` and `tool_choice`, each only where it says something (case 12). */
export function encodeTools(request: CanonicalRequest, notes: Notes): WireTools {
  const { toolChoice: choice } = request;
  const offered =
    choice?.kind === "allowed" ? request.tools.filter(({ name }) => choice.names.includes(name)) : request.tools;
  if (offered.length > 0) {
    const toolChoice = choiceOf(choice, request.parallelToolCalls);
    return {
      tools: offered.map((tool, index) => encodeTool(tool, `tools[${index}]`, notes)),
      ...(toolChoice !== null && { tool_choice: toolChoice }),
    };
  }
  // Calls in the history need their tools declared; that nobody may call them now is what the client said by leaving them out (case 10).
  const called = namesCalled(request);
  if (called.length === 0) return {};
  const tools = called.map((name) => ({ name, input_schema: { type: "object", properties: {} } }));
  return { tools, tool_choice: { type: "none" } };
}

/** Whether the model is made to call a tool. */
export function isForced(choice: ToolChoice | null): boolean {
  return choice?.kind === "required" || choice?.kind === "named" || (choice?.kind === "allowed" && choice.isRequired);
}

function encodeTool(tool: Tool, path: string, notes: Notes): WireBlock {
  const schema =
    tool.custom === undefined
      ? inputSchema(tool.parameters, `${path}.parameters`, notes)
      : freeText(tool.custom.format);
  const isHeld = tool.isStrict === true && isGrammatical(schema);
  if (tool.isStrict === true && !isHeld) notes.drop(`${path}.strict`);
  return {
    name: tool.name,
    ...(tool.description !== null && { description: tool.description }),
    input_schema: isHeld ? closedSchema(schema, `${path}.parameters`, notes) : schema,
    ...(tool.isStrict !== null && { strict: isHeld }),
    ...(tool.cacheControl !== undefined && { cache_control: tool.cacheControl }),
  };
}

/** A tool that takes free text becomes one with a single argument; its grammar is told in words. */
function freeText(format: unknown): WireBlock {
  const grammar = isRecord(format) && format.type === "grammar" ? { description: JSON.stringify(format) } : {};
  return { type: "object", properties: { [FREE_TEXT]: { type: "string", ...grammar } }, required: [FREE_TEXT] };
}

function choiceOf(choice: ToolChoice | null, parallel: boolean | null): WireBlock | null {
  const isDisabled = parallel === null ? {} : { disable_parallel_tool_use: !parallel };
  // Auto is what it would have been.
  if (choice === null) return parallel === false ? { type: "auto", ...isDisabled } : null;
  switch (choice.kind) {
    case "none":
      return { type: "none" };
    case "auto":
      return { type: "auto", ...isDisabled };
    case "required":
      return { type: "any", ...isDisabled };
    case "named":
      return { type: "tool", name: choice.name, ...isDisabled };
    case "allowed":
      return { type: choice.isRequired ? "any" : "auto", ...isDisabled };
    default:
      return choice satisfies never;
  }
}

function namesCalled({ messages }: CanonicalRequest): string[] {
  const names = messages.flatMap((message) =>
    message.role === "assistant" ? message.parts.flatMap((part) => (part.type === "tool-call" ? [part.name] : [])) : [],
  );
  return [...new Set(names)];
}
