import { createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";

/** Claims and their HMAC-SHA-256 as one text: PREFIX.PAYLOAD.MAC. The prefix names what they are for, and is signed with them. */
export function signClaims(prefix: string, key: Buffer, claims: object): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${prefix}.${payload}.${macOf(prefix, key, payload).toString("base64url")}`;
}

/** What such a text says; null where it is forged, of another secret, for something else, expired at `now`, or no such text at all. */
export function openClaims<Claims extends { expiresAt: number }>(
  prefix: string,
  key: Buffer,
  text: string,
  { schema, now }: { schema: z.ZodType<Claims>; now: number },
): Claims | null {
  const [given, payload = "", mac = "", ...more] = text.split(".");
  if (given !== prefix || more.length > 0) return null;
  const shown = Buffer.from(mac, "base64url");
  const expected = macOf(prefix, key, payload);
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) return null;
  const claims = schema.safeParse(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  return claims.success && claims.data.expiresAt > now ? claims.data : null;
}

function macOf(prefix: string, key: Buffer, payload: string): Buffer {
  return createHmac("sha256", key).update(`${prefix}.${payload}`).digest();
}
