import { describe, expect, it } from "vitest";
import { benchLine } from "./vllm.ts";

describe("the line for vLLM's benchmark", () => {
  const run = { prompt: "long", concurrency: 4, runs: 10 } as const;

  it("asks in the same way: lengths, number, how many at a time, and the address without /v1", () => {
    const line = benchLine(run, "qwen3-235b", "https://llm.example.edu/v1");
    expect(line).toContain("--base-url https://llm.example.edu --endpoint /v1/chat/completions");
    expect(line).toContain("--random-input-len 4096 --random-output-len 256");
    expect(line).toContain("--num-prompts 10 --num-warmups 1 --max-concurrency 4");
    expect(line).toContain("--model qwen3-235b");
  });

  it("gives a shell nothing to carry out, whatever a model is called", () => {
    expect(benchLine(run, "a'; rm -rf $HOME", "http://x/v1")).toContain(`--model 'a'\\''; rm -rf $HOME' `);
  });
});
