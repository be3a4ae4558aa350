import { createHash, createHmac } from "node:crypto";

/** Fixed, so that an answer is the same every time; it guards against faults, not against people. */
const secret = "demo-upstream";

const bytesOfMac = 24;

/** What a signature stands for. */
type Kind = "anthropic-thinking" | "anthropic-redacted" | "gemini-thought" | "gemini-call" | "responses-reasoning";

/** An opaque value that only this upstream can make, bound to `subject` (text or name). */
export function sign(kind: Kind, subject: string): string {
  const digest = createHash("sha256").update(subject).digest("base64url");
  const payload = Buffer.from(`${kind}:${digest}`);
  return Buffer.concat([mac(payload), payload]).toString("base64");
}

/** `signature` was made by `sign`, unaltered, for this kind; and for this subject, if one is given. */
export function verifies(kind: Kind, signature: string, subject?: string): boolean {
  const bytes = Buffer.from(signature, "base64");
  if (bytes.toString("base64") !== signature) return false;
  const payload = bytes.subarray(bytesOfMac);
  if (!mac(payload).equals(bytes.subarray(0, bytesOfMac))) return false;
  if (subject !== undefined) return sign(kind, subject) === signature;
  return payload.toString().startsWith(`${kind}:`);
}

function mac(payload: Buffer): Buffer {
  return createHmac("sha256", secret).update(payload).digest().subarray(0, bytesOfMac);
}
