import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { type SnippetInput, snippets, sourceOf } from "./snippets.ts";

const input: SnippetInput = {
  baseUrl: "https://lyceum.example.edu/v1",
  model: "qwen3-235b",
  key: "sk-ly-abc",
  question: "用一句话解释熵",
};
const source = (id: string, changes: Partial<SnippetInput> = {}) => {
  const snippet = snippets({ ...input, ...changes }).find((each) => each.id === id);
  if (!snippet) throw new Error(`no snippet ${id}`);
  return sourceOf(snippet);
};

describe("snippets", () => {
  it("hold base URL, key and model in every language", () => {
    for (const snippet of snippets(input)) {
      const text = sourceOf(snippet);
      expect(text).toContain(input.baseUrl);
      expect(text).toContain("sk-ly-abc");
      expect(text).toContain('"qwen3-235b"');
    }
  });

  it("read the key from the environment when there is none to show", () => {
    expect(source("curl", { key: null })).toContain('"Authorization: Bearer $LYCEUM_KEY"');
    expect(source("python", { key: null })).toMatch(/^import os\n/);
    expect(source("python", { key: null })).toContain('api_key=os.environ["LYCEUM_KEY"]');
    expect(source("javascript", { key: null })).toContain("apiKey: process.env.LYCEUM_KEY");
  });

  it("give curl a body that bash passes on as the same JSON, quotes and all", () => {
    const question = `it's "hot" — \\ $HOME`;
    const script = source("curl", { question }).replace(/^curl/, "printf '%s\\n'");
    const lines = execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\n-d\n");
    expect(JSON.parse(lines[1] ?? "")).toEqual({
      model: "qwen3-235b",
      messages: [{ role: "user", content: question }],
    });
  });
});
