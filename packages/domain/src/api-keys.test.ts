import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createApiKey, hashApiKey, isApiKey } from "./api-keys.ts";

describe("API keys", () => {
  it("are recognised offline, and shown only in part", () => {
    const key = createApiKey();
    expect(isApiKey(key.secret)).toBe(true);
    expect(key.hash).toEqual(hashApiKey(key.secret));
    expect(key.secret.startsWith(key.prefix) && key.secret.endsWith(key.lastFour)).toBe(true);
    expect(key.prefix.length + key.lastFour.length).toBeLessThan(key.secret.length / 3);
  });

  it("never repeat", () => {
    expect(new Set(Array.from({ length: 500 }, () => createApiKey().secret)).size).toBe(500);
  });

  it("with one character changed are refused", () => {
    const { secret } = createApiKey();
    fc.assert(
      fc.property(fc.nat(secret.length - 1), fc.constantFrom(..."0aZ-_"), (at, character) => {
        fc.pre(secret[at] !== character);
        expect(isApiKey(secret.slice(0, at) + character + secret.slice(at + 1))).toBe(false);
      }),
    );
  });

  it.each(["", "sk-", "sk-proj-abc", `${createApiKey().secret} `, createApiKey().secret.slice(0, -1)])(
    "refuses %j",
    (text) => expect(isApiKey(text)).toBe(false),
  );
});
