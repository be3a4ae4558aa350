/** The wire protocols that models are spoken to in. */
export const protocolIds = [
  "openai-chat",
  "openai-responses",
  "anthropic-messages",
  "gemini-generate",
  "ollama-chat",
] as const;
export type ProtocolId = (typeof protocolIds)[number];

/** Proof of a thought, or an encrypted thought: means something only to the vendor whose protocol it came in. */
export type Signature = { readonly protocol: ProtocolId; readonly value: string };

const SEPARATOR = "~";

/** The text that stands for a signature in a field of another protocol: `foreignSignature` knows whose it is when it comes back. */
export function encodeSignature(signature: Signature, face: ProtocolId): string {
  return signature.protocol === face ? signature.value : `${signature.protocol}${SEPARATOR}${signature.value}`;
}

/** Reads back what `encodeSignature` wrote: the prefix tells whose it is, without one it is the face's own. */
export function decodeSignature(text: string, face: ProtocolId): Signature {
  for (const protocol of protocolIds) {
    if (text.startsWith(protocol) && text[protocol.length] === SEPARATOR)
      return { protocol, value: text.slice(protocol.length + 1) };
  }
  return { protocol: face, value: text };
}

const IN_ID = "__sig_";

/**
 * A tool call's id that carries the signature of the call: most clients give back nothing of a call but id, name and arguments, and the
 * vendor that signed it (Google) refuses the history without. Base64url, so that it is legal in ids everywhere.
 */
export function carryInId(id: string, signature: Signature | null | undefined): string {
  if (signature === null || signature === undefined) return id;
  return `${id}${IN_ID}${Buffer.from(`${signature.protocol}${SEPARATOR}${signature.value}`).toString("base64url")}`;
}

/** The id as the upstream gave it, and what it carries. */
export function splitId(id: string): { readonly id: string; readonly signature: Signature | null } {
  const at = id.indexOf(IN_ID);
  if (at < 0) return { id, signature: null };
  const text = Buffer.from(id.slice(at + IN_ID.length), "base64url").toString("utf8");
  const protocol = protocolIds.find((each) => text.startsWith(each + SEPARATOR));
  if (protocol === undefined) return { id, signature: null };
  return { id: id.slice(0, at), signature: { protocol, value: text.slice(protocol.length + 1) } };
}
