import { createHash, randomBytes } from "node:crypto";

/** "sk-ly-", 40 random base62 characters (238 bits) and a checksum of 6. Anyone can tell a typo offline, without asking us. */
const KEY_PATTERN = /^sk-ly-([0-9A-Za-z]{40})([0-9A-Za-z]{6})$/;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export type NewApiKey = {
  /** The whole key: shown once, never stored. */
  readonly secret: string;
  /** SHA-256 of the whole key: what is stored. */
  readonly hash: Buffer;
  /** First 10 and last 4 characters: what may be shown later. */
  readonly prefix: string;
  readonly lastFour: string;
};

/** Makes a key. */
export function createApiKey(): NewApiKey {
  let body = "";
  while (body.length < 40) {
    // Bytes of 248 and more would favour the first characters of the alphabet.
    for (const byte of randomBytes(48)) if (byte < 248 && body.length < 40) body += ALPHABET[byte % 62];
  }
  const secret = `sk-ly-${body}${checksum(body)}`;
  return { secret, hash: hashApiKey(secret), prefix: secret.slice(0, 10), lastFour: secret.slice(-4) };
}

/** Whether a text has the form and the checksum of a key of ours. */
export function isApiKey(text: string): boolean {
  const match = KEY_PATTERN.exec(text);
  return match !== null && checksum(match[1] ?? "") === match[2];
}

/** What is stored and looked up instead of the key. */
export function hashApiKey(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function checksum(body: string): string {
  let value = createHash("sha256").update(`lyceum:${body}`).digest().readUIntBE(0, 6);
  let text = "";
  for (let i = 0; i < 6; i++) {
    text += ALPHABET[value % 62];
    value = Math.floor(value / 62);
  }
  return text;
}
