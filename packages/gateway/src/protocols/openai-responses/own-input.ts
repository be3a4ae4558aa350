import { decodeSignature } from "../../canonical/signature.ts";
import { parseJson } from "../../json/parse-json.ts";
import { invalid } from "../../json/plain-fields.ts";
import { isRedacted } from "./thought.ts";
import { isRecord } from "./usage.ts";

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
export function ownInput(raw: string | null): OwnInput {
  // A long conversation of mere messages is not parsed; an escape might hide one of these words.
  if (raw === null || raw[0] !== "[" || !/reasoning|item_reference|\\u00/.test(raw)) return AS_IT_IS;
  const items = parseJson(raw);
  if (!Array.isArray(items)) return AS_IT_IS;
  const dropped: string[] = [];
  const kept = items.filter((item: unknown, index) => {
    if (!isRecord(item)) return true;
    if (item.type === "item_reference") {
      throw invalid(
        `input[${index}]`,
        "不支持 item_reference，请直接发送内容。",
        "references to stored items are not supported; send the item itself.",
      );
    }
    if (item.type !== "reasoning" || isReadable(item.encrypted_content)) return true;
    dropped.push(`input[${index}]`);
    return false;
  });
  if (dropped.length === 0) return AS_IT_IS;
  return { json: JSON.stringify(kept.map(withoutId)), dropped };
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
