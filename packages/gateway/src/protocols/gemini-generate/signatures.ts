import type { ReasoningPart } from "../../canonical/canonical-request.ts";
import { decodeSignature, encodeSignature, protocolIds, type Signature } from "../../canonical/signature.ts";

const FACE = "gemini-generate";
const THOUGHT = "thought~";

/** What Google documents for calls whose signature is lost (ai.google.dev/gemini-api/docs/thought-signatures). */
export const SKIP_SIGNATURE = "skip_thought_signature_validator";

/** How the field begins that holds bytes which begin with `text`: without the end that depends on what follows. */
export function signatureStart(text: string): string {
  return base64(text).slice(0, Math.floor((text.length * 8) / 6));
}

/**
 * A signature as the field `thoughtSignature` holds it. The field is bytes, written in base64, which clients decode and encode again (and not
 * always in the alphabet they got): Google's own pass as they came, those of other vendors go in as bytes that say whose they are.
 */
export function writeSignature(signature: Signature): string {
  return signature.protocol === FACE ? signature.value : base64(encodeSignature(signature, FACE));
}

/**
 * A thought that the client didn't want to see, within the signature of the part behind it: its vendor refuses a history without it, and a client
 * gives back nothing that it didn't get.
 */
export function writeHiddenThought({ text, signature, isRedacted }: ReasoningPart): string {
  return base64(`${THOUGHT}${JSON.stringify({ text, signature, isRedacted: isRedacted === true })}`);
}

export type ReadSignature =
  | { readonly signature: Signature; readonly thought: null }
  | { readonly signature: null; readonly thought: ReasoningPart };

/** What a client's `thoughtSignature` holds. */
export function readSignature(field: string): ReadSignature {
  const text = Buffer.from(field, "base64").toString("utf8");
  if (text.startsWith(THOUGHT)) {
    const thought = readThought(text.slice(THOUGHT.length));
    if (thought !== null) return { signature: null, thought };
  }
  const isForeign = protocolIds.some((protocol) => text.startsWith(`${protocol}~`));
  return { signature: decodeSignature(isForeign ? text : field, FACE), thought: null };
}

function readThought(json: string): ReasoningPart | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== "object" || value === null || !("text" in value) || typeof value.text !== "string") return null;
  const redacted = "isRedacted" in value && value.isRedacted === true;
  const signature = "signature" in value ? signatureIn(value.signature) : null;
  return { type: "reasoning", text: value.text, signature, ...(redacted && { isRedacted: true }) };
}

function signatureIn(value: unknown): Signature | null {
  if (typeof value !== "object" || value === null || !("protocol" in value) || !("value" in value)) return null;
  const protocol = protocolIds.find((each) => each === value.protocol);
  return protocol === undefined || typeof value.value !== "string" ? null : { protocol, value: value.value };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
