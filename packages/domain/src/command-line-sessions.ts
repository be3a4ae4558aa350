import { z } from "zod";
import { openClaims, signClaims } from "./signed-claims.ts";

/** Who signed in at the command line. Times in Unix milliseconds. */
const claimsSchema = z.object({
  userId: z.uuid(),
  /** Of the person's sessions: raised to end all of them, and this one with them. */
  sessionVersion: z.number().int(),
  expiresAt: z.number().int(),
});

export type CommandLineClaims = z.infer<typeof claimsSchema>;

/** A working day. */
export const COMMAND_LINE_SESSION_MS = 12 * 3_600_000;

const PREFIX = "lyceum-command-line-v1";

/** `key`: deriveSecret(LYCEUM_SECRET, "command-line-session"). */
export function createCommandLineSession(key: Buffer, claims: CommandLineClaims): string {
  return signClaims(PREFIX, key, claims);
}

/** Whether a text wants to be one, whatever it is worth: a path never begins like this. */
export function isCommandLineSession(text: string): boolean {
  return text.startsWith(`${PREFIX}.`);
}

/** What a session says; null where it is forged, of another system, expired at `now`, or not one at all. */
export function openCommandLineSession(key: Buffer, text: string, now = Date.now()): CommandLineClaims | null {
  return openClaims(PREFIX, key, text, { schema: claimsSchema, now });
}
