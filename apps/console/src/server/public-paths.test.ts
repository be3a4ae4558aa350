import { describe, expect, it } from "vitest";
import { isPublicPath, safeNext } from "./public-paths.ts";

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
