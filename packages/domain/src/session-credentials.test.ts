import { describe, expect, it } from "vitest";
import { createApiKey, isApiKey } from "./api-keys.ts";
import { deriveSecret } from "./secrets.ts";
import {
  createSessionCredential,
  isSessionCredential,
  openSessionCredential,
  type SessionClaims,
} from "./session-credentials.ts";

const key = deriveSecret("0".repeat(64), "gateway-session");
const now = 1_800_000_000_000;
const claims: SessionClaims = {
  userId: "0190a6f0-0000-7000-8000-000000000001",
  groupId: "default",
  purpose: "speed",
  sessionVersion: 3,
  expiresAt: now + 1_000,
};

describe("a session credential", () => {
  it("says who asks, for what, until it expires", () => {
    const credential = createSessionCredential(key, claims);
    expect(openSessionCredential(key, credential, now)).toEqual(claims);
    expect(openSessionCredential(key, credential, now + 999)).toEqual(claims);
    expect(openSessionCredential(key, credential, now + 1_000)).toBeNull();
  });

  it("is no API key, and no API key is one", () => {
    const credential = createSessionCredential(key, claims);
    expect(isApiKey(credential)).toBe(false);
    expect(isSessionCredential(credential)).toBe(true);
    expect(isSessionCredential(createApiKey().secret)).toBe(false);
  });

  it("is worth nothing with a claim changed, under another secret, or cut short", () => {
    const [prefix, , mac] = createSessionCredential(key, claims).split(".");
    const forged = Buffer.from(JSON.stringify({ ...claims, groupId: "vip" })).toString("base64url");
    expect(openSessionCredential(key, `${prefix}.${forged}.${mac}`, now)).toBeNull();
    const other = deriveSecret("1".repeat(64), "gateway-session");
    expect(openSessionCredential(other, createSessionCredential(key, claims), now)).toBeNull();
    // A key derived for something else signs nothing here.
    const internal = deriveSecret("0".repeat(64), "internal");
    expect(openSessionCredential(key, createSessionCredential(internal, claims), now)).toBeNull();
    for (const text of ["", "lyceum-session-v1", "lyceum-session-v1..", `${prefix}.${forged}`, `${prefix}.e30.`]) {
      expect(openSessionCredential(key, text, now)).toBeNull();
    }
  });

  it("of a purpose that nobody knows is worth nothing, though signed", () => {
    const odd = { ...claims, purpose: "admin" } as unknown as SessionClaims;
    expect(openSessionCredential(key, createSessionCredential(key, odd), now)).toBeNull();
  });
});
