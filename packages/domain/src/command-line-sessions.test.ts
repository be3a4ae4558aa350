import { describe, expect, it } from "vitest";
import { createCommandLineSession, isCommandLineSession, openCommandLineSession } from "./command-line-sessions.ts";
import { deriveSecret } from "./secrets.ts";
import { createSessionCredential, openSessionCredential } from "./session-credentials.ts";

const master = "0".repeat(64);
const key = deriveSecret(master, "command-line-session");
const now = 1_800_000_000_000;
const claims = { userId: "0190a6f0-0000-7000-8000-000000000001", sessionVersion: 3, expiresAt: now + 1_000 };

describe("a session of the command line", () => {
  it("says who signed in, until it expires", () => {
    const session = createCommandLineSession(key, claims);
    expect(isCommandLineSession(session)).toBe(true);
    expect(openCommandLineSession(key, session, now + 999)).toEqual(claims);
    expect(openCommandLineSession(key, session, now + 1_000)).toBeNull();
  });

  it("is worth nothing changed, of another system, or cut short", () => {
    const [prefix, payload, mac] = createCommandLineSession(key, claims).split(".");
    const forged = Buffer.from(JSON.stringify({ ...claims, sessionVersion: 4 })).toString("base64url");
    const other = createCommandLineSession(deriveSecret("1".repeat(64), "command-line-session"), claims);
    for (const text of [
      `${prefix}.${forged}.${mac}`,
      other,
      `${prefix}.${payload}.`,
      `${prefix}.${payload}`,
      `${prefix}.e30.`,
      "",
    ]) {
      expect(openCommandLineSession(key, text, now)).toBeNull();
    }
  });

  it("is no credential for the gateway, nor the other way round, under whichever key", () => {
    const gateway = deriveSecret(master, "gateway-session");
    const asked = { ...claims, groupId: "default", purpose: "speed" as const };
    for (const signedWith of [key, gateway]) {
      expect(openSessionCredential(signedWith, createCommandLineSession(signedWith, claims), now)).toBeNull();
      expect(openCommandLineSession(signedWith, createSessionCredential(signedWith, asked), now)).toBeNull();
    }
  });
});
