import { readFileSync } from "node:fs";
import { AppError, noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { parseJson } from "../../json/parse-json.ts";
import { LineSplitter } from "../../streams/line-splitter.ts";
import { ollamaGenerate } from "./generate.ts";
import { ollamaChat } from "./index.ts";
import { decodeStream } from "./stream.ts";

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const names = { requested: "课程/m", upstream: "llama3.2" };
const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";
const call = ollamaChat.decodeCall(Buffer.from('{"model":"m","messages":[{}]}'));

const context = (): ReplyContext => ({
  model: "课程/m",
  requestId: ID,
  createdAt: Date.now(),
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => call.canonical(),
});

/** The events of a stream that comes in these packets. */
function eventsOf(packets: readonly Buffer[]): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  const splitter = new LineSplitter((_buffer, _start, _end, data, start, end) => {
    if (start >= 0) decoder.decode(data.toString("utf8", start, end));
  });
  for (const packet of packets) splitter.push(packet);
  splitter.end();
  return events;
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ordered = [...places].map((place) => place % (bytes.length + 1)).sort((one, other) => one - other);
  return [0, ...ordered].map((start, index) => bytes.subarray(start, ordered[index] ?? bytes.length));
}

/** The lines that a face writes for these events, the end included. */
function written(events: readonly ReplyEvent[], face: typeof ollamaChat = ollamaChat) {
  const encoder = face.encodeStream(context());
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");
  const before = events.flatMap((event) => lines(encoder.encode(event)));
  return { before: before.map((line) => JSON.parse(line)), end: lines(encoder.end()).map((line) => JSON.parse(line)) };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("decodeStream", () => {
  it("tells what happens, in order (cases 44, 45)", () => {
    const events = eventsOf([fixture("chat-thinking-tools.ndjson")]);
    expect(events).toMatchObject([
      { type: "start", id: "" },
      { type: "reasoning-start", block: 0 },
      { type: "reasoning-delta", text: "The user asks " },
      { type: "reasoning-delta", text: "for 东京." },
      { type: "reasoning-end", block: 0, signature: null },
      { type: "text-start", block: 1 },
      { type: "text-delta", text: "Let me " },
      { type: "text-delta", text: "look. 🎓" },
      { type: "text-end", block: 1 },
      { type: "tool-input-start", block: 2, id: "call_9x1", name: "get_weather" },
      { type: "tool-input-delta", text: '{"city":"东京","id":12345678901234567890,"step":1.0}' },
      { type: "tool-input-end", block: 2 },
      { type: "tool-input-start", block: 3, name: "now" },
      { type: "tool-input-delta", text: "{}" },
      { type: "tool-input-end", block: 3 },
      { type: "finish", reason: "tool-calls" },
      { type: "usage", usage: { input: 169, output: 57 } },
    ]);
  });

  it("folds into the answer that comes in one piece", () => {
    const streamed = fold(eventsOf([fixture("chat-thinking-tools.ndjson")]));
    const whole = ollamaChat.decodeReply(parseJson(fixture("chat-thinking-tools.json").toString()));
    const unnamed = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replaceAll(/"call_[0-9a-f]{24}"/g, '"call_9x2"'));
    expect(unnamed(streamed)).toEqual(unnamed(whole));
  });

  it.each(["chat-thinking-tools.ndjson", "generate-length.ndjson", "chat-error-midway.ndjson", "chat-logprobs.ndjson"])(
    "reads %s the same wherever it is cut, and with either line end (case 46)",
    (name) => {
      const bytes = fixture(name);
      const expected = eventsOf([bytes]);
      expect(eventsOf([Buffer.from(bytes.toString().replaceAll("\n", "\r\n"))])).toEqual(expected);
      expect(eventsOf([bytes.subarray(0, bytes.length - 1)])).toEqual(expected);
      fc.assert(
        fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
          expect(eventsOf(cutAt(bytes, places))).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    },
  );

  it("reads the lines of a completion, cut short at its limit (case 36)", () => {
    expect(fold(eventsOf([fixture("generate-length.ndjson")]))).toMatchObject({
      choices: [{ parts: [{ type: "text", text: "The sky is" }], finish: "length" }],
      usage: { input: 26, output: 3 },
    });
  });

  it("takes a line with an error for one, after whatever came before (cases 48, 49)", () => {
    const events = eventsOf([fixture("chat-error-midway.ndjson")]);
    expect(events.at(-1)).toEqual({
      type: "error",
      complaint: {
        message: "an error was encountered while running the model: unexpected EOF",
        code: "500",
      },
    });
    expect(events.filter((event) => event.type === "finish")).toEqual([]);
  });

  it("brings log probabilities in OpenAI's form (case 30)", () => {
    expect(fold(eventsOf([fixture("chat-logprobs.ndjson")])).choices[0]?.logprobs).toEqual([
      {
        token: "Hi",
        logprob: -0.25,
        bytes: [72, 105],
        top_logprobs: [
          { token: "Hi", logprob: -0.25 },
          { token: "Hello", logprob: -1.5 },
        ],
      },
    ]);
  });

  it("never throws for what an upstream sends, and says that it can't be read", () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ message: value, done: true })),
      fc.jsonValue().map((value) => JSON.stringify({ message: { content: "x", tool_calls: value } })),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const events = eventsOf([Buffer.from(lines.join("\n"))]);
        for (const event of events) expect(typeof event.type).toBe("string");
      }),
    );
    expect(eventsOf([Buffer.from("<html>\n")])).toMatchObject([{ type: "error", complaint: { code: "wrong_json" } }]);
  });
});

describe("encodeStream", () => {
  it("writes what it has read (A→B→A), but for its own name and figures", () => {
    const events = eventsOf([fixture("chat-thinking-tools.ndjson")]);
    const { before, end } = written(events);
    const given = fixture("chat-thinking-tools.ndjson")
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(before.map((line) => line.message.content)).toEqual(given.slice(0, -1).map((line) => line.message.content));
    expect(before.map((line) => line.message.thinking)).toEqual(
      given.slice(0, -1).map((line) => line.message.thinking),
    );
    expect(before.every((line) => line.model === "课程/m" && line.done === false)).toBe(true);
    expect(before.slice(4).map((line) => line.message.tool_calls)).toEqual([
      [
        {
          id: "call_9x1",
          function: { index: 0, name: "get_weather", arguments: given[4].message.tool_calls[0].function.arguments },
        },
      ],
      [{ id: expect.stringMatching(/^call_/), function: { index: 1, name: "now", arguments: {} } }],
    ]);
    expect(end).toMatchObject([
      {
        message: { role: "assistant", content: "" },
        done: true,
        done_reason: "stop",
        prompt_eval_count: 169,
        eval_count: 57,
      },
    ]);
  });

  it("decodes to what it was told, whatever comes in turns (cases 9, 43)", () => {
    const piece = fc.string({ minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(piece),
        fc.array(fc.dictionary(piece, fc.integer())),
        (thoughts, texts, calls) => {
          const events: ReplyEvent[] = [
            ...thoughts.map((text): ReplyEvent => ({ type: "reasoning-delta", choice: 0, block: 0, text })),
            ...texts.map((text): ReplyEvent => ({ type: "text-delta", choice: 0, block: 1, text })),
            ...calls.map(
              (_, index): ReplyEvent => ({
                type: "tool-input-start",
                choice: 0,
                block: 2 + index,
                id: `c${index}`,
                name: "f",
              }),
            ),
            // The arguments of all calls come in turns, and end in the order of their calls.
            ...[0, 1].flatMap((half) =>
              calls.map((input, index): ReplyEvent => {
                const text = JSON.stringify(input);
                const middle = Math.floor(text.length / 2);
                return {
                  type: "tool-input-delta",
                  choice: 0,
                  block: 2 + index,
                  text: half === 0 ? text.slice(0, middle) : text.slice(middle),
                };
              }),
            ),
            ...calls.map((_, index): ReplyEvent => ({ type: "tool-input-end", choice: 0, block: 2 + index })),
            { type: "finish", choice: 0, reason: "stop", stopSequence: null },
          ];
          const { before, end } = written(events);
          const back = fold(
            eventsOf([Buffer.from([...before, ...end].map((line) => JSON.stringify(line)).join("\n"))]),
          );
          const [choice] = back.choices;
          const join = (type: "reasoning" | "text") =>
            (choice?.parts ?? []).map((part) => (part.type === type ? part.text : "")).join("");
          expect(join("reasoning")).toBe(thoughts.join(""));
          expect(join("text")).toBe(texts.join(""));
          expect((choice?.parts ?? []).filter((part) => part.type === "tool-call")).toEqual(
            calls.map((input, index) => ({
              type: "tool-call",
              id: `c${index}`,
              name: "f",
              arguments: JSON.stringify(input),
            })),
          );
        },
      ),
    );
  });

  it("holds the end back, and measures from the sending of the request (case 34)", () => {
    vi.useFakeTimers();
    const encoder = ollamaChat.encodeStream(context());
    vi.advanceTimersByTime(300);
    encoder.encode({ type: "text-start", choice: 0, block: 0 });
    expect(JSON.parse(encoder.encode({ type: "text-delta", choice: 0, block: 0, text: "Hi" }))).toMatchObject({
      message: { role: "assistant", content: "Hi" },
      done: false,
    });
    vi.advanceTimersByTime(1_200);
    expect(encoder.encode({ type: "finish", choice: 0, reason: "length", stopSequence: null })).toBe("");
    const usage = { ...noUsage, input: 7, output: 3 };
    expect(encoder.encode({ type: "usage", usage, rawUsage: null })).toBe("");
    expect(JSON.parse(encoder.end())).toEqual({
      model: "课程/m",
      created_at: expect.any(String),
      message: { role: "assistant", content: "" },
      done: true,
      done_reason: "length",
      total_duration: 1_500_000_000,
      load_duration: 0,
      prompt_eval_count: 7,
      prompt_eval_duration: 300_000_000,
      eval_count: 3,
      eval_duration: 1_200_000_000,
    });
  });

  it("counts what the upstream did not", () => {
    const encoder = ollamaChat.encodeStream(context());
    for (const text of ["a", "b"]) encoder.encode({ type: "text-delta", choice: 0, block: 0, text });
    encoder.encode({ type: "finish", choice: 0, reason: "stop", stopSequence: null });
    expect(JSON.parse(encoder.end())).toMatchObject({ prompt_eval_count: 10, eval_count: 2 });
  });

  it("tells a failure as a line, without a last one (cases 47, 48)", () => {
    const encoder = ollamaChat.encodeStream(context());
    encoder.encode({ type: "text-delta", choice: 0, block: 0, text: "Hi" });
    const text = encoder.error(new AppError("upstream_error"), ID);
    expect(text.endsWith("}\n")).toBe(true);
    expect(JSON.parse(text).error).toMatch(/\p{Script=Han}.* \/ .*[A-Za-z]/su);
    expect(text).not.toContain('"done"');
  });

  it("writes a completion's lines", () => {
    const { before, end } = written(eventsOf([fixture("generate-length.ndjson")]), ollamaGenerate);
    expect(before.map((line) => line.response)).toEqual(["The sky", " is"]);
    expect(end).toMatchObject([{ response: "", done: true, done_reason: "length" }]);
    expect(end[0]).not.toHaveProperty("context");
  });
});

describe("passStream", () => {
  it.each([
    ["chat", ollamaChat, "chat-logprobs.ndjson"],
    ["completion", ollamaGenerate, "generate-length.ndjson"],
  ])("lets a %s pass but for the model's name, which is replaced in every line", (_, face, name) => {
    const listener = face.passStream(call, names, context());
    const lines = fixture(name).toString().trim().split("\n");
    const verdicts = lines.map((line) => {
      const bytes = Buffer.from(line);
      const verdict = listener.judge(bytes, 0, bytes.length);
      const { rename } = listener;
      expect(bytes.toString("utf8", rename?.start, rename?.end)).toBe('"llama3.2"');
      expect(rename?.text).toBe('"课程/m"');
      return verdict;
    });
    expect(verdicts).toEqual([...lines.slice(1).map(() => "pass"), "end"]);
    expect(listener.facts().usage).not.toBeNull();
    expect(listener.isFinished).toBe(true);
  });

  it("notices an error among the lines", () => {
    const listener = ollamaChat.passStream(call, names, context());
    const verdicts = fixture("chat-error-midway.ndjson")
      .toString()
      .trim()
      .split("\n")
      .map((line) => {
        const bytes = Buffer.from(line);
        return listener.judge(bytes, 0, bytes.length);
      });
    expect(verdicts).toEqual(["pass", "error"]);
    expect(listener.error?.message).toContain("unexpected EOF");
  });

  it("ends a completion for want of room as a limit would", () => {
    const listener = ollamaGenerate.passStream(call, names, context());
    const line = Buffer.from('{"model":"llama3.2","response":"one two","done":false}');
    listener.judge(line, 0, line.length);
    expect(JSON.parse(listener.encodeLengthEnd(12).toString())).toMatchObject({
      model: "课程/m",
      response: "",
      done: true,
      done_reason: "length",
      prompt_eval_count: 12,
      eval_count: listener.seenOutputTokens,
    });
  });
});
