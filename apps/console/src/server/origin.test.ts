import { describe, expect, it } from "vitest";
import { isOwnOrigin } from "./origin.ts";

const from = (values: Record<string, string>) => isOwnOrigin(new Headers(values));

describe("isOwnOrigin", () => {
  it("accepts the page's own address, with and without the server in front", () => {
    expect(from({ origin: "http://10.0.0.5:3000", host: "10.0.0.5:3000" })).toBe(true);
    expect(from({ origin: "https://llm.edu", "x-forwarded-host": "llm.edu", host: "127.0.0.1:4000" })).toBe(true);
  });
  it("refuses another site, another port, a missing and an opaque origin", () => {
    expect(from({ origin: "https://evil.example", host: "llm.edu" })).toBe(false);
    expect(from({ origin: "http://llm.edu:81", host: "llm.edu" })).toBe(false);
    expect(from({ host: "llm.edu" })).toBe(false);
    expect(from({ origin: "null", host: "llm.edu" })).toBe(false);
  });
});
