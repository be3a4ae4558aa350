import { createHash } from "node:crypto";
import type { ToolCallPart } from "../../canonical/canonical-request.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";

/** The one argument of a tool that takes free text elsewhere (OpenAI's custom tools). */
export const FREE_TEXT = "input";

/** `input` of a `tool_use` block: always an object, {} for no arguments (case 9) and for ones that were cut short (case 11). */
export function inputOf(call: ToolCallPart): unknown {
  if (call.isCustom === true) return { [FREE_TEXT]: call.arguments };
  // Within `input` every digit is kept.
  const wrapped = parseJson(`{"input":${call.arguments}}`);
  return isRecord(wrapped) && isRecord(wrapped.input) ? wrapped.input : {};
}

/** An id of the form that Anthropic takes, the same for the same id: results must find their calls. */
export function legalId(id: string): string {
  if (/^[a-zA-Z0-9_-]+$/.test(id)) return id;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 12);
  return `${id.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 40)}_${hash}`;
}
