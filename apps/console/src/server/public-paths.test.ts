import { describe, expect, it } from "vitest";
import { isPublicPath, safeNext, stepTo } from "./public-paths.ts";

describe("isPublicPath", () => {
  it("opens the pages before sign-in and nothing that merely begins alike", () => {
    expect(["/sign-in", "/register", "/api/auth/csrf"].every(isPublicPath)).toBe(true);
    expect(["/", "/keys", "/admin/users", "/sign-inside", "/registered"].some(isPublicPath)).toBe(false);
  });
});

describe("safeNext", () => {
  it("keeps a path of this site with its query", () => {
    expect(safeNext("/usage?by=day")).toBe("/usage?by=day");
  });
  it.each([
    ...["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
    ...["/.//evil.example", "/..//evil.example", "/a/..//evil.example", "/%2e//evil.example", "/.\\/evil.example"],
  ])("sends %j home instead", (next) => {
    expect(safeNext(next)).toBe("/");
  });
  it("sends home what is missing or given twice", () => {
    expect(safeNext(undefined)).toBe("/");
    expect(safeNext(["/a", "/b"])).toBe("/");
  });
});

describe("stepTo", () => {
  it("leads on to where somebody was going, on this site only, and home without a word", () => {
    expect(stepTo("/terms", "/usage?by=day&period=7d")).toBe("/terms?next=%2Fusage%3Fby%3Dday%26period%3D7d");
    for (const from of ["/", null, "//evil.example", "https://evil.example"])
      expect(stepTo("/terms", from)).toBe("/terms");
  });
});
