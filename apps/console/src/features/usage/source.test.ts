import { describe, expect, it } from "vitest";
import { sourceText } from "./source.ts";

describe("where a request came from", () => {
  const text = (keyId: string | null, keyName: string | null, client: string) =>
    sourceText({ keyId, keyName, client }, (key) => key);

  it("is its key, or the page of the console; a program can't claim to be one", () => {
    expect(text("k", "laptop", "curl/8")).toBe("laptop");
    expect(text(null, null, "lyceum/speed")).toBe("from_speed");
    expect(text(null, null, "lyceum/playground")).toBe("from_playground");
    expect(text("k", null, "lyceum/speed")).toBe("—");
    expect(text(null, null, "curl/8")).toBe("—");
  });
});
