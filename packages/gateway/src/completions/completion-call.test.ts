import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UpstreamCall } from "../canonical/call.ts";
import type { Route } from "../canonical/protocol.ts";
import type { Target } from "../canonical/target.ts";
import { anthropic } from "../providers/anthropic.ts";
import { deepseek } from "../providers/deepseek.ts";
import { qwen } from "../providers/qwen.ts";
import { vllm } from "../providers/vllm.ts";
import { occasion, target } from "../testing/target.ts";
import { completionFace } from "./completion-call.ts";

const route: Route = { captures: [], query: new URLSearchParams(), headers: {} };
const decode = (body: object | string) =>
  completionFace.decodeCall(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), route);
const prepare = (body: object | string, to: Partial<Target> = {}) =>
  decode(body).prepare(target(to), occasion()) as UpstreamCall;
const field = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_request") return error.parameters.param;
    throw error;
  }
  return undefined;
};
const json = (bytes: Buffer) => JSON.parse(bytes.toString("utf8"));

/** What a client gets of these frames, the end included, and the verdicts. */
function stream(call: UpstreamCall, frames: readonly string[]) {
  const listener = call.listen();
  const verdicts: string[] = [];
  let text = "";
  for (const frame of frames) {
    const bytes = Buffer.from(frame);
    const verdict = listener.judge(bytes, 0, bytes.length);
    verdicts.push(verdict);
    if (verdict === "withhold") continue;
    text += listener.replacement?.toString("utf8") ?? `data: ${frame}\n\n`;
  }
  return { listener, verdicts, text };
}

describe("completions on channels that complete", () => {
  it("pass byte for byte but for what the gateway must change (cases 31, 57)", () => {
    const body =
      '{ "prompt": ["caf\\u00e9", [1, 2]], "model": "p", "suffix":"x","echo":true,"logprobs":5,"stop_token_ids":[12345678901234567890],"temperature":1.0,"user":"2023012345"}';
    const call = prepare(body, { outputLimit: 9, upstreamModel: "u" });
    expect(call.path).toBe("/completions");
    expect(call.body.toString("utf8")).toBe(
      '{ "prompt": ["caf\\u00e9", [1, 2]], "model": "u", "suffix":"x","echo":true,"logprobs":5,"stop_token_ids":[12345678901234567890],"temperature":1.0,"user":"user_1","max_tokens":9}',
    );
    expect([call.dropped, call.clamped]).toEqual([[], []]);
  });

  it("ask for the usage of a stream and keep it from those who didn't (case 41)", () => {
    expect(json(prepare({ model: "m", prompt: "x", stream: true }).body).stream_options).toEqual({
      include_usage: true,
    });
    const frames = [
      '{"id":"1","object":"text_completion","choices":[{"index":0,"text":"a","finish_reason":null}]}',
      '{"id":"1","choices":[{"index":0,"text":"","finish_reason":"stop"}]}',
      '{"id":"1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}',
      "[DONE]",
    ];
    const { verdicts, listener } = stream(prepare({ model: "m", prompt: "x", stream: true }), frames);
    expect(verdicts).toEqual(["pass", "pass", "withhold", "end"]);
    expect(listener.facts()).toMatchObject({ usage: { input: 3, output: 1 }, hasOutput: true });
    const asked = { model: "m", prompt: "x", stream: true, stream_options: { include_usage: true } };
    expect(stream(prepare(asked), frames).verdicts[2]).toBe("tail");
  });

  it("are metered by their text where the upstream reports nothing", () => {
    const { listener } = stream(prepare({ model: "m", prompt: "x", stream: true }), [
      '{"choices":[{"index":0,"text":"a"}]}',
      '{"choices":[{"index":0,"text":"b","finish_reason":"length"}]}',
    ]);
    expect(listener.facts()).toMatchObject({ usage: null, estimatedOutputTokens: 2 });
    const reply = prepare({ model: "m", prompt: "x" }).readReply(
      Buffer.from('{"choices":[{"index":0,"text":"several words of an answer","finish_reason":"stop"}]}'),
    );
    expect(reply?.facts.estimatedOutputTokens).toBeGreaterThan(3);
  });

  it("are estimated where the upstream counts only one of several answers, as llama.cpp does", () => {
    const one = { prompt_tokens: 2, completion_tokens: 2 };
    const frames = ["a", "b", "c"].flatMap((text, index) => [
      "null",
      JSON.stringify({ choices: [{ index, text, finish_reason: null }] }),
      JSON.stringify({ choices: [{ index, text: ".", finish_reason: "length" }], usage: one }),
    ]);
    const body = { model: "m", prompt: ["x", "y", "z"] };
    const { listener, verdicts } = stream(prepare({ ...body, stream: true }), frames);
    expect(verdicts.filter((verdict) => verdict === "withhold")).toHaveLength(3);
    expect(listener.facts()).toMatchObject({ isUsageBehind: true, estimatedOutputTokens: 6 });
    const words = "an answer of quite a few words, more than two tokens in any case";
    const whole = (more: object) =>
      prepare({ ...body, ...more }).readReply(
        Buffer.from(JSON.stringify({ choices: [0, 1, 2].map((index) => ({ text: words, index })), usage: one })),
      )?.facts;
    expect(whole({})?.isUsageBehind).toBe(true);
    // An echo is no output, however long.
    expect(whole({ echo: true })?.isUsageBehind).toBe(false);
    expect(stream(prepare({ ...body, echo: true, stream: true }), frames).listener.facts().isUsageBehind).toBe(false);
  });

  it("end for want of room in their own shape, for every answer that comes back", () => {
    const call = prepare({ model: "p", prompt: ["a", "b"], n: 2, stream: true });
    const { listener } = stream(call, ['{"id":"cmpl-1","created":5,"choices":[{"index":0,"text":"a"}]}']);
    const [first, last] = listener.encodeLengthEnd(7).toString("utf8").split("\n\n");
    expect(JSON.parse(first?.slice(6) ?? "")).toEqual({
      id: "cmpl-1",
      object: "text_completion",
      created: 5,
      model: "p",
      choices: [0, 1, 2, 3].map((index) => ({ index, text: "", logprobs: null, finish_reason: "length" })),
    });
    expect(last).toBe("data: [DONE]");
  });

  it("name the model as it was asked for (case 61)", () => {
    const call = prepare({ model: "p", prompt: "x" }, { upstreamModel: "u" });
    const reply = call.readReply(
      Buffer.from('{"model":"u","choices":[{"text":"a"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}'),
    );
    expect(json(reply?.body ?? Buffer.alloc(0)).model).toBe("p");
  });
});

describe("decodeCompletionCall", () => {
  it("counts what a call makes: prompts × n or best_of, and the tokens that are given by numbers", () => {
    const choices = (more: object) => decode({ model: "m", prompt: "x", ...more }).choices;
    expect(choices({})).toBe(1);
    expect(choices({ prompt: ["a", "b", "c"], n: 2 })).toBe(6);
    expect(choices({ prompt: [1, 2, 3] })).toBe(1);
    expect(choices({ prompt: [[1], [2, 3]] })).toBe(2);
    expect(choices({ n: 2, best_of: 5 })).toBe(5);
    const tokens = (prompt: unknown) => decode({ model: "m", prompt }).size.textTokens;
    expect(tokens(Array.from({ length: 500 }, (_, id) => id)) - tokens([1])).toBe(499);
    expect(tokens("word ".repeat(500))).toBeGreaterThan(400);
  });

  it("refuses what is no prompt, and more than one call may ask for", () => {
    for (const prompt of [undefined, null, [], [[]], 3, {}, ["a", 1], [[1], "x", {}]])
      expect(field(() => decode({ model: "m", prompt }))).toBe("prompt");
    expect(field(() => decode({ model: "m", prompt: ["a", "b"], n: 2_000 }))).toBe("prompt");
    expect(field(() => decode({ prompt: "x" }))).toBe("model");
    expect(field(() => decode({ model: "m", prompt: "x", max_tokens: -1 }))).toBe("max_tokens");
    expect(decode({ model: "m", prompt: "x", max_tokens: 0 }).outputLimit).toBe(0);
  });

  it("throws nothing but a refusal, whatever it gets", () => {
    const prompt = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(fc.string(), fc.integer(), fc.array(fc.integer()))),
      fc.json(),
    );
    fc.assert(
      fc.property(prompt, fc.jsonValue(), fc.jsonValue(), (given, stop, logprobs) => {
        try {
          prepare({ model: "m", prompt: given, stop, logprobs }, { provider: anthropic });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe("completions on channels that only chat", () => {
  it("are a chat of one message (case 57)", () => {
    const body = { model: "p", prompt: ["once upon"], max_tokens: 5, stop: "\n", temperature: 0, n: 2, logit_bias: {} };
    const call = prepare(body, { provider: deepseek, upstreamModel: "deepseek-chat" });
    expect(call.path).toBe("/chat/completions");
    expect(json(call.body)).toEqual({
      model: "deepseek-chat",
      messages: [{ role: "user", content: "once upon" }],
      max_tokens: 5,
      stop: ["\n"],
      temperature: 0,
      n: 2,
    });
    expect(call.dropped).toEqual(["logit_bias"]);
    expect(prepare({ model: "p", prompt: "x" }, { provider: anthropic }).path).toContain("/messages");
    expect(prepare({ model: "p", prompt: "x" }, { upstreamModel: "gpt-5" }).path).toBe("/chat/completions");
    for (const [provider, upstreamModel] of [
      [vllm, "any"],
      [qwen, "qwen2.5-coder-32b-instruct"],
    ] as const)
      expect(prepare({ model: "p", prompt: "x" }, { provider, upstreamModel }).path).toBe("/completions");
    expect(prepare({ model: "p", prompt: "x" }, { upstreamModel: "gpt-3.5-turbo-instruct" }).path).toBe("/completions");
  });

  it("refuse by name what a chat can't say, never answering only the first prompt (case 57)", () => {
    const refused = (more: object) =>
      field(() => prepare({ model: "m", prompt: "x", ...more }, { provider: deepseek }));
    expect(refused({ prompt: ["a", "b"] })).toBe("prompt");
    expect(refused({ prompt: [1, 2] })).toBe("prompt");
    expect(refused({ suffix: "end" })).toBe("suffix");
    expect(refused({ echo: true })).toBe("echo");
    expect(refused({ logprobs: 0 })).toBe("logprobs");
    expect(refused({ best_of: 2 })).toBe("best_of");
    expect(refused({ max_tokens: 0 })).toBe("max_tokens");
    expect(refused({ stop: 3 })).toBe("stop");
    expect(refused({ suffix: "", echo: false, logprobs: null, best_of: 1 })).toBeUndefined();
  });

  it("answer as a completion, whole and streamed", () => {
    const chat = {
      id: "chatcmpl-1",
      choices: [{ index: 0, message: { reasoning_content: "hm", content: "a time" }, finish_reason: "length" }],
      usage: { prompt_tokens: 2, completion_tokens: 3 },
    };
    const to = { provider: deepseek };
    const body = { model: "p", prompt: "x" };
    const reply = prepare(body, to).readReply(Buffer.from(JSON.stringify(chat)));
    expect(json(reply?.body ?? Buffer.alloc(0))).toMatchObject({
      object: "text_completion",
      model: "p",
      choices: [{ index: 0, text: "a time", logprobs: null, finish_reason: "length" }],
      usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
    });
    const frames = [
      '{"id":"1","choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}',
      '{"id":"1","choices":[{"index":0,"delta":{"content":"a time"}}]}',
      '{"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}',
      '{"id":"1","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3}}',
      "[DONE]",
    ];
    const { text } = stream(prepare({ ...body, stream: true, stream_options: { include_usage: true } }, to), frames);
    const lines = text.split("\n\n").filter((line) => line !== "");
    expect(lines.slice(0, -1).map((line) => JSON.parse(line.slice(6)))).toMatchObject([
      { object: "text_completion", model: "p", choices: [{ index: 0, text: "a time", finish_reason: null }] },
      { choices: [{ index: 0, text: "", finish_reason: "length" }] },
      { choices: [], usage: { prompt_tokens: 2, completion_tokens: 3 } },
    ]);
    expect(lines.at(-1)).toBe("data: [DONE]");
    expect(stream(prepare({ ...body, stream: true }, to), frames).text).not.toContain("usage");
  });
});
