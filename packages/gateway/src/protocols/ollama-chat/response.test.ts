import { readFileSync } from "node:fs";
import { noUsage } from "@lyceum/domain";
import { describe, expect, it } from "vitest";
import type { CanonicalChoice, CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import { carryInId } from "../../canonical/signature.ts";
import { parseJson } from "../../json/parse-json.ts";
import { ollamaGenerate } from "./generate.ts";
import { ollamaChat } from "./index.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const whole = fixture("chat-thinking-tools.json");
const decoded = (text: string) => ollamaChat.decodeReply(parseJson(text));

const context = (changes: Partial<ReplyContext> = {}): ReplyContext => ({
  model: "课程/m",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: Date.now() - 2_000,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => {
    throw new Error("not needed");
  },
  ...changes,
});
const choice = (changes: Partial<CanonicalChoice>): CanonicalChoice => ({
  index: 0,
  parts: [{ type: "text", text: "Hi" }],
  finish: "stop",
  stopSequence: null,
  logprobs: null,
  ...changes,
});
const reply = (changes: Partial<CanonicalChoice>, usage: CanonicalReply["usage"] = null): CanonicalReply => ({
  id: "",
  choices: [choice(changes)],
  usage,
  rawUsage: null,
});
const encoded = (value: CanonicalReply, face: { encodeReply: typeof ollamaChat.encodeReply } = ollamaChat) =>
  JSON.parse(face.encodeReply(value, context()).toString());

describe("decodeReply", () => {
  it("reads thoughts, text and calls, every digit kept (cases 9, 36, 39)", () => {
    expect(decoded(whole.toString())).toEqual({
      id: "",
      choices: [
        {
          index: 0,
          parts: [
            { type: "reasoning", text: "The user asks for 东京.", signature: null },
            { type: "text", text: "Let me look. 🎓" },
            {
              type: "tool-call",
              id: "call_9x1",
              name: "get_weather",
              arguments: '{"city":"东京","id":12345678901234567890,"step":1.0}',
            },
            { type: "tool-call", id: "call_9x2", name: "now", arguments: "{}" },
          ],
          finish: "tool-calls",
          stopSequence: null,
          logprobs: null,
        },
      ],
      usage: { ...noUsage, input: 169, output: 57 },
      rawUsage: {
        total_duration: 1822423750,
        load_duration: 41295167,
        prompt_eval_count: 169,
        prompt_eval_duration: 245731660,
        eval_count: 57,
        eval_duration: 1159590840,
      },
    });
  });

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["load", "stop"],
    ["content_filter", "content-filter"],
    [undefined, "stop"],
  ])("reads done_reason %s as %s (case 36)", (doneReason, finish) => {
    const value = { model: "m", message: { role: "assistant", content: "x" }, done: true, done_reason: doneReason };
    expect(ollamaChat.decodeReply(value)?.choices[0]?.finish).toBe(finish);
  });

  it("gives calls without an id one of their own, the same for the same answer", () => {
    const call = { function: { name: "a", arguments: { b: 1 } } };
    const message = { role: "assistant", content: "", tool_calls: [call, call] };
    const read = (created_at: string) => {
      const parts = ollamaChat.decodeReply({ created_at, message, done: true })?.choices[0]?.parts ?? [];
      return parts.map((part) => (part.type === "tool-call" ? part.id : ""));
    };
    expect(read("one")).toEqual(read("one"));
    expect(new Set([...read("one"), ...read("two")]).size).toBe(4);
    expect(read("one")[0]).toMatch(/^call_[0-9a-f]{24}$/);
  });

  it("reads a picture that the model made", () => {
    const data = "iVBORw0KGgoAAAANSUhEUg==";
    const value = { message: { role: "assistant", content: "", images: [data] }, done: true };
    expect(ollamaChat.decodeReply(value)?.choices[0]?.parts).toEqual([
      { type: "image", source: { kind: "base64", mediaType: "image/png", data } },
    ]);
  });

  it("has no usage where nothing was counted, and a partial one where a prompt was cached whole (case 39)", () => {
    const value = { response: "x", done: true };
    expect(ollamaChat.decodeReply(value)).toMatchObject({ usage: null, rawUsage: null });
    expect(ollamaChat.decodeReply({ ...value, eval_count: 0, prompt_eval_count: 0 })?.usage).toBeNull();
    expect(ollamaChat.decodeReply({ ...value, eval_count: 5 })?.usage).toMatchObject({ input: 0, output: 5 });
  });

  it.each([
    [null],
    ["text"],
    [{}],
    [{ error: "model not found" }],
    [{ message: { content: 5 }, done: true }],
    [{ response: "half", done: false }],
    [{ message: { content: "", tool_calls: [{ function: {} }] }, done: true }],
  ])("finds no answer in %j (case 51)", (value) => expect(ollamaChat.decodeReply(value)).toBeNull());
});

describe("passReply", () => {
  it("changes nothing but the model's name", () => {
    const passed = ollamaChat.passReply(whole, { requested: "课程/qwen3", upstream: "qwen3:8b" });
    expect(passed?.body.toString()).toBe(whole.toString().replace('"qwen3:8b"', '"课程/qwen3"'));
    expect(passed?.facts.usage).toMatchObject({ input: 169, output: 57 });
    const same = ollamaChat.passReply(whole, { requested: "qwen3:8b", upstream: "qwen3:8b" });
    expect(same?.body).toBe(whole);
  });

  it("is null for what is no answer", () => {
    expect(ollamaChat.passReply(Buffer.from("<html>"), { requested: "m", upstream: "m" })).toBeNull();
  });
});

describe("encodeReply", () => {
  it("writes every field that clients read, durations as measured (case 34)", () => {
    const value = encoded(reply({}, { ...noUsage, input: 26, output: 4 }));
    expect(value).toEqual({
      model: "课程/m",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: { role: "assistant", content: "Hi" },
      done: true,
      done_reason: "stop",
      total_duration: expect.any(Number),
      load_duration: 0,
      prompt_eval_count: 26,
      prompt_eval_duration: 0,
      eval_count: 4,
      eval_duration: value.total_duration,
    });
    expect(value.total_duration).toBeGreaterThanOrEqual(2_000_000_000);
    expect(value.total_duration).toBeLessThan(10_000_000_000);
  });

  it("estimates what nobody counted", () => {
    expect(encoded(reply({}))).toMatchObject({ prompt_eval_count: 10, eval_count: 1 });
  });

  it("writes thoughts, pictures and calls with objects for arguments (cases 9, 11, 22, 35)", () => {
    const signature = { protocol: "gemini-generate", value: "sig" } as const;
    const value = encoded(
      reply({
        parts: [
          { type: "reasoning", text: "hm", signature: null },
          { type: "text", text: "one " },
          { type: "text", text: "two" },
          { type: "image", source: { kind: "base64", mediaType: "image/png", data: "aGk=" } },
          { type: "tool-call", id: "c1", name: "a", arguments: '{"n":1}', signature },
          { type: "tool-call", id: "c2", name: "b", arguments: '{"cut":"sho' },
        ],
        finish: "length",
      }),
    );
    expect(value.message).toEqual({
      role: "assistant",
      content: "one two",
      thinking: "hm",
      images: ["aGk="],
      tool_calls: [
        { id: carryInId("c1", signature), function: { index: 0, name: "a", arguments: { n: 1 } } },
        { id: "c2", function: { index: 1, name: "b", arguments: {} } },
      ],
    });
    expect(value.done_reason).toBe("length");
  });

  it.each([
    ["stop", "stop"],
    ["length", "length"],
    ["tool-calls", "stop"],
    ["content-filter", "content_filter"],
  ] as const)("says %s as %s (case 36)", (finish, doneReason) => {
    expect(encoded(reply({ finish })).done_reason).toBe(doneReason);
  });

  it("tells a refusal and what sound says as text, and log probabilities", () => {
    const audio = { type: "audio", source: { kind: "base64", mediaType: "audio/wav", data: "" } } as const;
    const parts = [
      { type: "refusal", text: "No. " },
      { ...audio, transcript: "Spoken." },
    ] as const;
    const value = encoded(reply({ parts, logprobs: [{ token: "No" }] }));
    expect(value.message.content).toBe("No. Spoken.");
    expect(value.logprobs).toEqual([{ token: "No" }]);
  });

  it("writes a completion, without a context that nobody has", () => {
    const value = encoded(reply({}), ollamaGenerate);
    expect(value).toMatchObject({ model: "课程/m", response: "Hi", done: true, done_reason: "stop" });
    expect(Object.keys(value)).not.toContain("message");
    expect(Object.keys(value)).not.toContain("context");
  });

  it("keeps every digit of arguments", () => {
    const parts = [
      { type: "tool-call", id: "c", name: "a", arguments: '{"id":12345678901234567890,"x":1.0}' },
    ] as const;
    const text = ollamaChat.encodeReply(reply({ parts }), context()).toString();
    expect(text).toContain('"arguments":{"id":12345678901234567890,"x":1.0}');
  });
});
