import { decodeSignature, protocolIds } from "../../canonical/signature.ts";
import type { JsonEdit } from "../../json/edit-json.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";

const foreignProofs = protocolIds.filter((id) => id !== "anthropic-messages").map((id) => Buffer.from(`"${id}~`));
const SIGNATURE = Buffer.from('"signature"');

/** How a history without them is written, and the wire paths of what is missing. */
export type WithoutThoughts = { readonly edits: readonly JsonEdit[]; readonly dropped: readonly string[] };

/**
 * Takes out of a history what other vendors' models thought, and thoughts without any proof: a client that changes its model in the middle of
 * a conversation sends both, and Anthropic refuses them (case 23). Null: there is none, which a look at the bytes mostly tells.
 */
export function withoutForeignThoughts(body: Buffer): WithoutThoughts | null {
  if (!mayHoldForeign(body)) return null;
  const request = parseJson(body.toString("utf8"));
  if (!isRecord(request) || !Array.isArray(request.messages)) return null;
  const dropped: string[] = [];
  let isTurnBroken = false;
  const messages = request.messages.flatMap((message: unknown, index) => {
    if (!isRecord(message) || message.role !== "assistant" || !Array.isArray(message.content)) return [message];
    const content = message.content.filter((block, at) => {
      if (!isForeign(block)) return true;
      dropped.push(`messages[${index}].content[${at}]`);
      return false;
    });
    isTurnBroken = content.length < message.content.length;
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  if (dropped.length === 0) return null;
  const edits: JsonEdit[] = [{ path: ["messages"], json: JSON.stringify(messages) }];
  // A turn of calls has to begin with its thought where thinking is on.
  if (isTurnBroken && isRecord(request.thinking) && request.thinking.type === "enabled") {
    edits.push({ path: ["thinking"], json: '{"type":"disabled"}' });
    dropped.push("thinking");
  }
  return { edits, dropped };
}

function isForeign(block: unknown): boolean {
  if (!isRecord(block)) return false;
  const proof = block.type === "thinking" ? block.signature : block.type === "redacted_thinking" ? block.data : null;
  if (proof === null) return false;
  if (typeof proof !== "string" || proof === "") return true;
  return decodeSignature(proof, "anthropic-messages").protocol !== "anthropic-messages";
}

function mayHoldForeign(body: Buffer): boolean {
  if (!body.includes("thinking")) return false;
  return foreignProofs.some((each) => body.includes(each)) || hasEmptySignature(body);
}

function hasEmptySignature(body: Buffer): boolean {
  for (let at = body.indexOf(SIGNATURE); at >= 0; at = body.indexOf(SIGNATURE, at + 1)) {
    const from = at + SIGNATURE.length;
    if (/^\s*:\s*(?:""|null)/.test(body.toString("latin1", from, from + 32))) return true;
  }
  return false;
}
