import { scanList, scanObject } from "./json-scanner.ts";
import { type Fields, fieldsOf, knownFields } from "./plain-fields.ts";

const known = knownFields(["type"]);

/**
 * The types of the tools that a request lists: "" for one without. Throws `invalid_request` where a type is there twice or spelled in disguise:
 * what is refused here must not be another tool to the upstream's parser.
 */
export function toolTypes(body: Buffer, { byName }: Fields): string[] {
  const member = byName.get("tools");
  if (member === undefined || body[member.valueStart] !== 0x5b) return [];
  const list = body.subarray(member.valueStart, member.valueEnd);
  return scanList(list).map(({ start, end }, index) => {
    if (list[start] !== 0x7b) return "";
    const tool = list.subarray(start, end);
    const type = fieldsOf(tool, scanObject(tool), known, `tools[${index}].`).get("type");
    const value: unknown =
      type === undefined ? null : JSON.parse(tool.toString("utf8", type.valueStart, type.valueEnd));
    return typeof value === "string" ? value : "";
  });
}
