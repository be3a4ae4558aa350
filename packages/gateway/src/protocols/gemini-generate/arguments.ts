import type { ToolCallPart } from "../../canonical/canonical-request.ts";
import { parseJson } from "../../json/parse-json.ts";
import { freeTextArguments } from "./tools.ts";

/** The arguments of a call as the object that Gemini wants: none and cut-off ones are `{}` (cases 9, 11), a free text is its parameter. */
export function argumentsOf({ arguments: text, isCustom }: Pick<ToolCallPart, "arguments" | "isCustom">): object {
  if (isCustom === true) return freeTextArguments(text);
  // Below a name whose values keep every digit.
  const value = parseJson(`{"args":${text}}`);
  const args = typeof value === "object" && value !== null && "args" in value ? value.args : null;
  return typeof args === "object" && args !== null && !Array.isArray(args) && !Object.isFrozen(args) ? args : {};
}
