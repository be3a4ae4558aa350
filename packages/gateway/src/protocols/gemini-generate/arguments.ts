import type { ToolCallPart } from "../../canonical/canonical-request.ts";
import { objectIn } from "./json-object.ts";
import { freeTextArguments } from "./tools.ts";

/** The arguments of a call as the object that Gemini wants: none and cut-off ones are `{}` (cases 9, 11), a free text is its parameter. */
export function argumentsOf({ arguments: text, isCustom }: Pick<ToolCallPart, "arguments" | "isCustom">): object {
  return isCustom === true ? freeTextArguments(text) : (objectIn(text) ?? {});
}
