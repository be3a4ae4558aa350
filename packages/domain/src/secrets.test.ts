import { describe, expect, it } from "vitest";
import { deriveSecret, openCredential, sealCredential } from "./secrets.ts";

describe("credentials", () => {
  it("open under the same master secret only, and only unchanged", () => {
    const sealed = sealCredential("master", "sk-upstream-密");
    expect(openCredential("master", sealed)).toBe("sk-upstream-密");
    expect(() => openCredential("other", sealed)).toThrow();
    sealed[15] = (sealed[15] ?? 0) ^ 1;
    expect(() => openCredential("master", sealed)).toThrow();
  });

  it("look different each time and hold nothing readable", () => {
    const [a, b] = [sealCredential("m", "sk-upstream"), sealCredential("m", "sk-upstream")];
    expect(a.equals(b)).toBe(false);
    expect(a.includes("upstream")).toBe(false);
  });

  it("have a key of their own beside sessions and internal calls", () => {
    const keys = (["credentials", "sessions", "internal"] as const).map((purpose) =>
      deriveSecret("m", purpose).toString("hex"),
    );
    expect(new Set(keys).size).toBe(3);
  });
});
