import { describe, expect, it } from "vitest";
import { type Caller, KeyCache } from "./key-cache.ts";

function caller(hash: string, version = 1): Caller {
  return {
    id: hash,
    userId: "u",
    accountId: "a",
    groupId: "g",
    models: [],
    version,
    isDisabled: false,
    isLeaked: false,
    networks: [],
    expiresAt: null,
    isGroupMember: true,
    courses: [],
    isUserDisabled: false,
    acceptsUnpriced: false,
    termsVersion: 1,
    hash,
    pseudonym: "user_x",
    session: null,
  };
}

describe("the key cache", () => {
  it("keeps a key that is asked for, however many others come, and forgets one that isn't", () => {
    const cache = new KeyCache();
    cache.set(caller("busy"));
    cache.set(caller("idle"));
    for (let index = 0; index < 50_000; index++) {
      cache.set(caller(`other-${index}`));
      expect(cache.get("busy")?.hash).toBe("busy");
    }
    expect(cache.get("idle")).toBeNull();
  });

  it("forgets a deleted key wherever it stands, and never falls back to an older version", () => {
    const cache = new KeyCache();
    cache.set(caller("key", 1));
    for (let index = 0; index < 9_999; index++) cache.set(caller(`other-${index}`));
    cache.set(caller("key", 2));
    expect(cache.get("key")?.version).toBe(2);
    cache.delete("key");
    expect(cache.get("key")).toBeNull();
  });
});
