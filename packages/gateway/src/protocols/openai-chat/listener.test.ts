import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecodedCall } from "../../canonical/protocol.ts";
import { scanFrame } from "./frame-scan.ts";
import { OpenAiChatListener } from "./listener.ts";

const call = (more: Partial<DecodedCall> = {}) => ({ choices: 1, wantsStreamUsage: false, ...more }) as DecodedCall;
const names = { requested: "m", upstream: "m" };
const chunk = (delta: object, more: object = {}, finish: string | null = null) =>
  JSON.stringify({ id: "1", model: "m", choices: [{ index: 0, delta, finish_reason: finish }], ...more });

function listen(frames: readonly string[], listener = new OpenAiChatListener(call(), names)) {
  const verdicts = frames.map((frame) => {
    const bytes = Buffer.from(`xx${frame}yy`);
    return listener.judge(bytes, 2, bytes.length - 2);
  });
  return { verdicts, listener };
}

describe("scanFrame", () => {
  it("finds keys where parsing finds them, and none in text", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, 1, true, '"usage":1', '\\"error":', "x"),
        fc.array(tie("any"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom("usage", "error", "finish_reason", "model", "a", '"usage":'), tie("any"), {
        maxKeys: 4,
      }),
    })).object;
    const has = (each: unknown, key: string): boolean =>
      typeof each === "object" &&
      each !== null &&
      Object.entries(each).some(([name, inner]) => (name === key && inner !== null) || has(inner, key));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (frame, indent) => {
        const bytes = Buffer.from(JSON.stringify(frame, null, indent));
        const scan = scanFrame(bytes, 0, bytes.length);
        expect(scan).toMatchObject({
          isWhole: true,
          namesUsage: has(frame, "usage"),
          namesError: has(frame, "error"),
          namesFinish: has(frame, "finish_reason"),
        });
        const { model } = frame as { model?: unknown };
        const found =
          scan.modelStart < 0 ? undefined : JSON.parse(bytes.toString("utf8", scan.modelStart, scan.modelEnd));
        if (typeof model === "string") expect(found).toBe(model);
      }),
      { numRuns: 1_000 },
    );
  });

  it("finds out a frame that was cut short anywhere", () => {
    const bytes = Buffer.from(chunk({ content: 'a "quoted" } text' }));
    for (let end = 0; end < bytes.length; end++) expect(scanFrame(bytes, 0, end).isWhole).toBe(false);
    expect(scanFrame(bytes, 0, bytes.length).isWhole).toBe(true);
  });
});

describe("OpenAiChatListener", () => {
  it("passes content, hides the usage that nobody asked for, and ends at [DONE]", () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2 };
    const frames = [
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "你" }),
      chunk({ content: "好" }),
      chunk({}, {}, "stop"),
      JSON.stringify({ choices: [], usage }),
      "[DONE]",
    ];
    const { verdicts, listener } = listen(frames);
    expect(verdicts).toEqual(["pass", "pass", "pass", "pass", "withhold", "end"]);
    expect(listener.isFinished).toBe(true);
    expect(listener.facts()).toMatchObject({ usage: { input: 5, output: 2 }, rawUsage: usage });
    expect(listen(frames, new OpenAiChatListener(call({ wantsStreamUsage: true }), names)).verdicts[4]).toBe("tail");
  });

  it("believes the last usage of a stream that reports in every chunk", () => {
    const { verdicts, listener } = listen(
      [1, 2, 3].map((n) => chunk({ content: "x" }, { usage: { prompt_tokens: 9, completion_tokens: n } })),
    );
    expect(verdicts).toEqual(["pass", "pass", "pass"]);
    expect(listener.facts().usage).toMatchObject({ input: 9, output: 3 });
  });

  it("counts reasoning and tool calls as output, by frames where these are tokens", () => {
    const few = listen([
      chunk({ reasoning_content: "a" }),
      chunk({ tool_calls: [{ function: { arguments: "{}" } }] }),
      chunk({ content: "b" }),
    ]);
    expect(few.listener.facts()).toMatchObject({
      usage: null,
      estimatedOutputTokens: 3,
      seenOutputTokens: 3,
      hasOutput: true,
    });
    // A token a frame, as Qwen3 cuts it.
    const words = ["校园", "里的", "每一位", "同学", "都可以", "使用", "大", "模型", "完成", "课程", "作业", "。"];
    const tokenwise = listen(words.map((content) => chunk({ content }))).listener.facts();
    expect(tokenwise).toMatchObject({ estimatedOutputTokens: words.length, seenOutputTokens: words.length });
  });

  it("counts by the text where frames gather several tokens, and never too high for what must not be", () => {
    const sentence =
      "The reservation is extended while a stream is running, so that long answers need no large balance. ";
    const truth = 19 * 20;
    const texts = Array.from({ length: 20 }, () => sentence);
    for (const list of [texts, [texts.join("")]]) {
      const { estimatedOutputTokens, seenOutputTokens } = listen(
        list.map((content) => chunk({ content })),
      ).listener.facts();
      expect(Math.abs(estimatedOutputTokens / truth - 1)).toBeLessThan(0.15);
      expect(seenOutputTokens).toBeLessThan(truth);
      expect(seenOutputTokens).toBeGreaterThan(truth / 2);
    }
    const plain = listen([chunk({ content: "好".repeat(30) })]).listener.facts();
    const escaped = listen([chunk({ content: "好" }).replace("好", "\\u597d".repeat(30))]).listener.facts();
    expect(escaped).toEqual(plain);
  });

  it("counts several answers that come in turns each by itself", () => {
    const turns = ["校园", "里的", "同学"].flatMap((content) =>
      [0, 1, 2].map((index) => JSON.stringify({ choices: [{ index, delta: { content } }] })),
    );
    const { estimatedOutputTokens } = listen(
      turns,
      new OpenAiChatListener(call({ choices: 3 }), names),
    ).listener.facts();
    expect(estimatedOutputTokens).toBeGreaterThanOrEqual(9);
  });

  it("knows an error in any place and shape", () => {
    const errors = [
      '{"error":{"message":"m","code":1}}',
      '{"error":"m"}',
      '{"object":"error","message":"m"}',
      chunk({ content: "x" }, { error: { message: "m" } }),
      "not json",
      '{"choices":[{"delta":{"content":"cut',
    ];
    for (const error of errors) {
      expect(listen([error]).verdicts).toEqual(["error"]);
      expect(listen([chunk({ content: "x" }), error]).verdicts).toEqual(["pass", "error"]);
    }
    expect(
      listen([chunk({ content: 'say {"error":1} and "error":2' }), chunk({ content: "x" }, { error: null })]).verdicts,
    ).toEqual(["pass", "pass"]);
    expect(listen(['{"type":"ping"}']).verdicts).toEqual(["pass"]);
  });

  it("takes a usage of zeros for none", () => {
    const { listener } = listen([
      chunk({ content: "abc" }),
      '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}',
    ]);
    expect(listener.facts()).toMatchObject({ usage: null, seenOutputTokens: 1 });
  });

  it("says where the public name goes, only for the outermost model", () => {
    const listener = new OpenAiChatListener(call(), { requested: "公开", upstream: "m" });
    const bytes = Buffer.from(chunk({ content: "x" }, { x: { model: "m" } }));
    listener.judge(bytes, 0, bytes.length);
    const { start, end, text } = listener.rename ?? { start: 0, end: 0, text: "" };
    const renamed = JSON.parse(bytes.toString("utf8", 0, start) + text + bytes.toString("utf8", end));
    expect(renamed).toMatchObject({ model: "公开", x: { model: "m" } });
  });
});
