import { decodeSignature } from "../../canonical/signature.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { Provider } from "../../providers/provider.ts";
import { isRedacted } from "./thought.ts";
import { refuseHostedTools } from "./tools.ts";

export type OwnInput = {
  /** Null: the input may stay as it is. */
  readonly json: string | null;
  /** Wire paths of what the upstream doesn't get to see. */
  readonly dropped: readonly string[];
};

const AS_IT_IS: OwnInput = { json: null, dropped: [] };

/**
 * An input for an upstream of this protocol that stores nothing: thoughts that it can't read (without its own encrypted content) are left out,
 * and with them the ids by which other items would name them. References to stored items lead nowhere (design section 4).
 */
export function ownInput(raw: string | null, provider: Provider): OwnInput {
  // A long conversation of mere messages is not parsed; an escape might hide one of these words.
  if (raw === null || raw[0] !== "[" || !/reasoning|item_reference|file_id|additional_tools|\\u00/.test(raw))
    return AS_IT_IS;
  const items = parseJson(raw);
  if (!Array.isArray(items)) return AS_IT_IS;
  const dropped: string[] = [];
  const kept = items.filter((item: unknown, index) => {
    if (!isRecord(item)) return true;
    refuseStored(item, `input[${index}]`);
    if (item.type === "additional_tools") refuseHostedTools(item.tools, provider, `input[${index}].tools`);
    if (item.type !== "reasoning" || isReadable(item.encrypted_content)) return true;
    dropped.push(`input[${index}]`);
    return false;
  });
  if (dropped.length === 0) return AS_IT_IS;
  return { json: JSON.stringify(kept.map(withoutId)), dropped };
}

/** What is stored upstream is stored under a credential that everybody shares: no id of it is taken, on whatever route (case 27). */
function refuseStored(item: Readonly<Record<string, unknown>>, path: string): void {
  if (item.type === "item_reference") {
    throw invalid(
      path,
      "不支持 item_reference，请直接发送内容。",
      "references to stored items are not supported; send the item itself.",
    );
  }
  for (const name of ["content", "output"] as const) {
    const parts = Array.isArray(item[name]) ? item[name] : [item[name]];
    for (const [index, part] of parts.entries()) {
      if (!isRecord(part) || typeof part.file_id !== "string") continue;
      throw invalid(
        `${path}.${name}[${index}].file_id`,
        "不支持引用存放在上游的文件，请直接附上内容。",
        "files stored at an upstream can't be referred to; send the contents themselves.",
      );
    }
  }
}

function isReadable(encrypted: unknown): boolean {
  if (typeof encrypted !== "string" || encrypted === "" || isRedacted(encrypted)) return false;
  return decodeSignature(encrypted, "openai-responses").protocol === "openai-responses";
}

function withoutId(item: unknown): unknown {
  if (!isRecord(item) || item.type === "reasoning") return item;
  const { id: _id, ...rest } = item;
  return rest;
}
