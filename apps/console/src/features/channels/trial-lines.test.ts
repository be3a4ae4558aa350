import { describe, expect, it } from "vitest";
import { type CheckFound, countTrials, foundCapabilities, linesOf, untriedModels, withLine } from "./trial-lines.ts";

const check = (model: string, kind: CheckFound["check"], outcome: CheckFound["outcome"]): CheckFound => ({
  ...{ kind: "check", model, check: kind, outcome, totalMs: 1, ttftMs: null, said: "" },
});

describe("trials of models", () => {
  it("gather what is found of each, and count", () => {
    let trials = untriedModels(["a", "b"]);
    expect(countTrials(trials)).toEqual({ all: 2, done: 0, usable: 0 });
    for (const line of [
      check("a", "stream", "passed"),
      check("a", "tools", "passed"),
      check("a", "vision", "unsure"),
      { kind: "model", model: "a", isUsable: true } as const,
      { kind: "model", model: "b", isUsable: false } as const,
      { kind: "end", ok: true, message: "" } as const,
    ])
      trials = withLine(trials, line);
    expect(countTrials(trials)).toEqual({ all: 2, done: 2, usable: 1 });
    expect(foundCapabilities(trials.get("a"))).toEqual(["tools"]);
    expect(foundCapabilities(trials.get("b"))).toEqual([]);
  });

  it("come in lines, however they are cut", async () => {
    const bytes = new TextEncoder().encode('{"a":"你好"}\n\n{"b":1}\n{"c":2}');
    for (const size of [1, 2, 3, 100]) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
          controller.close();
        },
      });
      const lines: string[] = [];
      for await (const line of linesOf(body)) lines.push(line);
      expect(lines).toEqual(['{"a":"你好"}', '{"b":1}', '{"c":2}']);
    }
  });
});
