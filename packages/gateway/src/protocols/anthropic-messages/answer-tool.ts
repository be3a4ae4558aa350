import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { isRecord } from "../../json/is-record.ts";
import { invalid } from "../../json/plain-fields.ts";
import { inputSchema } from "./schema-encode.ts";
import type { WireTools } from "./tools-encode.ts";
import type { WireBlock } from "./turns-encode.ts";

/** A tool by which older models answer in JSON (case 16): its calls are the answer's text, and no client ever sees it. */
export const ANSWER_TOOL = "lyceum_answer_in_json";

/** The tools with one more that takes the answer; the model has to call it, or one of the client's. */
export function withAnswerTool(tools: WireTools, { outputFormat }: CanonicalRequest, notes: Notes): WireTools {
  if (outputFormat?.kind !== "schema") return tools;
  const { schema, description } = outputFormat;
  if (!isRecord(schema) || (schema.type !== undefined && schema.type !== "object")) {
    throw invalid(
      "response_format",
      "这个模型的上游只能按 type 为 object 的 JSON Schema 回答。",
      "the upstream of this model answers only by a JSON schema whose type is object.",
    );
  }
  const answer: WireBlock = {
    name: ANSWER_TOOL,
    description: description ?? "Gives the final answer. Call it once, when you have it.",
    input_schema: inputSchema(schema, "response_format.schema", notes),
  };
  const isOpen = tools.tools !== undefined && tools.tool_choice?.type !== "none";
  // A tool that the client insists on comes first: its own turn is yet to come.
  if (tools.tool_choice?.type === "tool") return tools;
  return {
    tools: [...(tools.tools ?? []), answer],
    tool_choice: isOpen
      ? { ...tools.tool_choice, type: "any" }
      : { type: "tool", name: ANSWER_TOOL, disable_parallel_tool_use: true },
  };
}
