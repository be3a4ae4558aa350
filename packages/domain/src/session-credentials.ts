import { z } from "zod";
import { openClaims, signClaims } from "./signed-claims.ts";

/** What the console asks the gateway for in a signed-in person's name. */
export const sessionPurposes = ["playground", "speed"] as const;
export type SessionPurpose = (typeof sessionPurposes)[number];

/** Who asks, as what, and how long that may be believed. Times in Unix milliseconds. */
const claimsSchema = z.object({
  userId: z.uuid(),
  groupId: z.string().min(1),
  purpose: z.enum(sessionPurposes),
  /** Of the person's sessions: raised to end all of them, and these with them. */
  sessionVersion: z.number().int(),
  expiresAt: z.number().int(),
});

export type SessionClaims = z.infer<typeof claimsSchema>;

/** Longer than a minute's test or a long answer takes to begin, and too short to be worth stealing. */
export const SESSION_CREDENTIAL_MS = 5 * 60_000;

/** No API key begins like this ("sk-"), and no other version of it ever will. */
const PREFIX = "lyceum-session-v1";

/**
 * What the console's server side shows the gateway in place of a key: claims and their HMAC-SHA-256. It never leaves the machine: the
 * gateway takes it over loopback only. `key`: deriveSecret(LYCEUM_SECRET, "gateway-session").
 */
export function createSessionCredential(key: Buffer, claims: SessionClaims): string {
  return signClaims(PREFIX, key, claims);
}

/** Whether a text wants to be one, whatever it is worth. */
export function isSessionCredential(text: string): boolean {
  return text.startsWith(`${PREFIX}.`);
}

/** What a credential says; null where it is forged, of another secret, expired at `now`, or not one at all. */
export function openSessionCredential(key: Buffer, text: string, now = Date.now()): SessionClaims | null {
  return openClaims(PREFIX, key, text, { schema: claimsSchema, now });
}
