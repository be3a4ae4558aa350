import type { ReasoningPart } from "../../canonical/canonical-request.ts";
import { decodeSignature, encodeSignature, type Signature } from "../../canonical/signature.ts";

const ID = "openai-responses";
/** Before the signature of a thought that is opaque altogether, which its own vendor wants back in another form. */
const REDACTED = "redacted~";

type WireThought = {
  readonly summary?: readonly { readonly text: string }[] | null | undefined;
  readonly content?: readonly { readonly text: string }[] | null | undefined;
  readonly encrypted_content?: string | null | undefined;
};

/** A `reasoning` item as a thought; null: it says nothing. */
export function readThought({ summary, content, encrypted_content }: WireThought): ReasoningPart | null {
  const shown = summary && summary.length > 0 ? summary : (content ?? []);
  const text = shown.map((part) => part.text).join("\n\n");
  const isOpaque = encrypted_content ? isRedacted(encrypted_content) : false;
  const signature = encrypted_content ? readEncrypted(encrypted_content) : null;
  if (text === "" && signature === null) return null;
  return { type: "reasoning", text, signature, ...(isOpaque && { isRedacted: true }) };
}

export function isRedacted(encrypted: string): boolean {
  return encrypted.startsWith(REDACTED);
}

function readEncrypted(text: string): Signature {
  return decodeSignature(isRedacted(text) ? text.slice(REDACTED.length) : text, ID);
}

/** A signature as a client of this protocol gets it, in `encrypted_content`. */
export function writeEncrypted(signature: Signature, isOpaque: boolean): string {
  return (isOpaque ? REDACTED : "") + encodeSignature(signature, ID);
}
