import { createHash } from "node:crypto";

/** How the id that a page gave what it asks for is stored: made from the asker's too, so that nobody's meets another's. */
export function storedAskId(userId: string, askId: string): string {
  return hashedId(`${userId} ${askId}`);
}

/** A UUID that is the same for the same text. */
export function hashedId(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
