import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What the master secret (data/secret or LYCEUM_SECRET) is stretched into; each purpose has a key of its own. */
export type SecretPurpose =
  | "credentials"
  | "sessions"
  | "internal"
  | "gateway-session"
  | "command-line-session"
  | "campus-sign-in";

/** 32 bytes for one purpose, by HKDF-SHA-256 (RFC 5869). */
export function deriveSecret(master: string, purpose: SecretPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "lyceum", purpose, 32));
}

/** Encrypts a channel's credential: 12 bytes of nonce, the ciphertext, 16 bytes of tag (AES-256-GCM). */
export function sealCredential(master: string, credential: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", deriveSecret(master, "credentials"), nonce);
  return Buffer.concat([nonce, cipher.update(credential, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** The credential again. Throws where the master secret is another one or the bytes were changed. */
export function openCredential(master: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv("aes-256-gcm", deriveSecret(master, "credentials"), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
}
