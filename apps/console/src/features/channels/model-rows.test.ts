import { describe, expect, it } from "vitest";
import { completeRow, duplicateNames, parseModelRows, publicNamePattern, suggestPublicName } from "./model-rows.ts";

describe("parseModelRows", () => {
  it("reads lines and lists of public = upstream, one name standing for both", () => {
    expect(parseModelRows("glm = glm-4-9b-chat\r\n\nqwen3;deepseek-v3=deepseek-chat，")).toEqual([
      { name: "glm", upstreamModel: "glm-4-9b-chat" },
      { name: "qwen3", upstreamModel: "qwen3" },
      { name: "deepseek-v3", upstreamModel: "deepseek-chat" },
    ]);
  });

  it("keeps an equals sign inside the upstream's name", () => {
    expect(parseModelRows("a=b=c")).toEqual([{ name: "a", upstreamModel: "b=c" }]);
  });

  it("finds nothing in blanks and bare signs", () => expect(parseModelRows(" \n , = ;")).toEqual([]));
});

describe("completeRow", () => {
  it("fills either side from the other", () => {
    expect(completeRow({ name: " glm ", upstreamModel: "" })).toEqual({ name: "glm", upstreamModel: "glm" });
    expect(completeRow({ name: "", upstreamModel: "Qwen/Qwen3-8B" })?.name).toBe("Qwen/Qwen3-8B");
    expect(completeRow({ name: " ", upstreamModel: "" })).toBeNull();
  });
});

describe("suggestPublicName", () => {
  it("leaves a usable name as it is and makes one of a file's path", () => {
    expect(suggestPublicName("deepseek-r1:14b")).toBe("deepseek-r1:14b");
    expect(suggestPublicName("/models/tiny stories 0.5.gguf")).toBe("tiny-stories-0.5");
  });

  it("suggests nothing that would be refused", () => {
    for (const upstream of ["/", "模型", "-x-", "/srv/模型 v1/", "_a b_"]) {
      const name = suggestPublicName(upstream);
      expect(name === "" || publicNamePattern.test(name)).toBe(true);
    }
  });
});

describe("duplicateNames", () => {
  it("names every row but the first of a name, and no empty one", () => {
    const rows = ["a", "b", "a", "", "", "a"].map((name) => ({ name, upstreamModel: "x" }));
    expect(duplicateNames(rows)).toEqual([2, 5]);
  });
});
