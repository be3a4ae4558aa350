import { readFileSync } from "node:fs";
import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AssistantPart } from "../../canonical/canonical-request.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { decodeReply, encodeReply } from "./response.ts";
import { ResponsesEncoder } from "./stream.ts";
import { ResponsesDecoder } from "./stream-decode.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const echo = { instructions: "Be brief.", store: false, metadata: { a: "b" }, temperature: 0 };
const context: ReplyContext = {
  model: "公开",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_000,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => {
    throw new Error("nobody asks for it");
  },
  echo: () => echo,
};
type Wire = Record<string, unknown> & { type: string };

beforeEach(() => void vi.useFakeTimers({ now: 1_790_000_002_000, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

function framesOf(bytes: Buffer): string[] {
  const frames: string[] = [];
  const splitter = new SseSplitter((_buffer, _start, _end, data, from, to) => {
    if (from >= 0) frames.push(data.toString("utf8", from, to));
  });
  splitter.push(bytes);
  splitter.end();
  return frames;
}

function decoded(frames: readonly string[]): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = new ResponsesDecoder((event) => events.push(event));
  for (const frame of frames) decoder.decode(frame);
  return events;
}

function encoded(events: readonly ReplyEvent[]): { text: string; events: Wire[]; final: Record<string, unknown> } {
  const encoder = new ResponsesEncoder(context, echo);
  const text = events.map((event) => encoder.encode(event)).join("") + encoder.end();
  const wires = framesOf(Buffer.from(text)).map((frame) => JSON.parse(frame) as Wire);
  return { text, events: wires, final: encoder.final ?? {} };
}

describe("ResponsesDecoder", () => {
  it("reads a stream whose ids change in every event (case 59)", () => {
    expect(decoded(framesOf(fixture("id-rotation.sse")))).toEqual([
      { type: "start", id: "ZmFrZS1pZC0x" },
      { type: "reasoning-start", choice: 0, block: 0 },
      { type: "reasoning-delta", choice: 0, block: 0, text: "先想" },
      {
        type: "reasoning-end",
        choice: 0,
        block: 0,
        signature: { protocol: "openai-responses", value: "gAAAAAB-one" },
      },
      { type: "text-start", choice: 0, block: 1 },
      { type: "text-delta", choice: 0, block: 1, text: "你好" },
      { type: "text-delta", choice: 0, block: 1, text: "，world" },
      { type: "text-end", choice: 0, block: 1 },
      { type: "tool-input-start", choice: 0, block: 2, id: "call_A1", name: "get_weather" },
      { type: "tool-input-delta", choice: 0, block: 2, text: '{"city":' },
      { type: "tool-input-delta", choice: 0, block: 2, text: '"北京"}' },
      { type: "tool-input-end", choice: 0, block: 2 },
      {
        type: "usage",
        usage: { input: 12, cachedInput: 4, cacheWrite: 0, output: 9, reasoning: 5, image: 0, audio: 0 },
        rawUsage: expect.anything(),
      },
      { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
    ]);
  });

  it.each(["id-rotation.sse", "refusal.sse", "llamacpp.sse"])(
    "folds %s into what the same answer is without a stream",
    (name) => {
      const frames = framesOf(fixture(name));
      const { response } = JSON.parse(frames.at(-1) ?? "");
      expect({ ...fold(decoded(frames)), id: response.id }).toEqual(decodeReply(response));
    },
  );

  it.each(["id-rotation.sse", "refusal.sse", "llamacpp.sse"])(
    "reads the same of %s, wherever it is cut (case 46)",
    (name) => {
      const bytes = fixture(name);
      const whole = decoded(framesOf(bytes));
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
          const frames: string[] = [];
          const splitter = new SseSplitter((_buffer, _start, _end, data, from, to) => {
            if (from >= 0) frames.push(data.toString("utf8", from, to));
          });
          const ends = [...cuts.toSorted((one, other) => one - other), bytes.length];
          for (const [index, end] of ends.entries()) splitter.push(bytes.subarray(ends[index - 1] ?? 0, end));
          splitter.end();
          expect(decoded(frames)).toEqual(whole);
        }),
      );
    },
  );

  it("reads a stream that counts nothing and opens again and again (llama.cpp's server)", () => {
    const [choice] = fold(decoded(framesOf(fixture("llamacpp.sse")))).choices;
    expect(choice).toMatchObject({
      finish: "tool-calls",
      parts: [
        { type: "text", text: "S" },
        { type: "tool-call", id: "fc_A", name: "f", arguments: '{"n":1}' },
      ],
    });
  });

  it("takes a refusal for the end by content filter (case 38)", () => {
    const events = decoded(framesOf(fixture("refusal.sse")));
    expect(events).toContainEqual({ type: "refusal-delta", choice: 0, text: "不能" });
    expect(events.at(-1)).toMatchObject({ type: "finish", reason: "content-filter" });
  });

  it("makes up for deltas that never came, from the done events and from the end", () => {
    const message = { type: "message", id: "m", content: [{ type: "output_text", text: "abc", annotations: [] }] };
    const call = { type: "custom_tool_call", id: "c", call_id: "call_1", name: "g", input: "raw" };
    const delta = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "a" };
    const end = { type: "response.done", response: { status: "completed", output: [message, call] } };
    const told = (frames: object[]) => fold(decoded(frames.map((frame) => JSON.stringify(frame)))).choices[0];
    for (const frames of [
      [end],
      [delta, { type: "response.output_item.done", output_index: 0, item: message }, end],
      [delta, end],
    ]) {
      expect(told(frames)).toMatchObject({
        finish: "tool-calls",
        parts: [
          { type: "text", text: "abc" },
          { type: "tool-call", id: "call_1", name: "g", arguments: "raw", isCustom: true },
        ],
      });
    }
  });

  it("tells items apart where the upstream counts them all as the first", () => {
    const item = (text: string) => ({ type: "message", id: text, content: [{ type: "output_text", text }] });
    const frames = ["a", "b"].flatMap((text) => [
      { type: "response.output_item.added", output_index: 0, item: { type: "message", id: text, content: [] } },
      { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: text },
      { type: "response.output_item.done", output_index: 0, item: item(text) },
    ]);
    const end = { type: "response.completed", response: { status: "completed", output: [item("a"), item("b")] } };
    const reply = fold(decoded([...frames, end].map((frame) => JSON.stringify(frame))));
    expect(reply.choices[0]?.parts).toEqual([
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ]);
  });

  it.each([
    ['{"type":"error","code":"server_error","message":"boom","param":null}', "boom", "server_error"],
    ['{"type":"error","error":{"type":"server_error","message":"boom"}}', "boom", "server_error"],
    ['{"error":{"message":"boom","code":"x"}}', "boom", "x"],
    [
      '{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"boom"}}}',
      "boom",
      "rate_limit_exceeded",
    ],
    ["not json", "an event of the stream is not JSON", "wrong_json"],
  ])("reports %s as an error, and nothing after it (cases 48, 49)", (frame, message, code) => {
    const events = decoded([frame, '{"type":"response.output_text.delta","output_index":0,"delta":"x"}']);
    expect(events.at(-1)).toEqual({ type: "error", complaint: { message, code } });
  });

  it("never throws for what an upstream sends, and keeps the order of events", () => {
    const types = ["created", "output_item.added", "output_item.done", "output_text.delta", "content_part.added"];
    const more = ["function_call_arguments.delta", "reasoning_summary_text.delta", "refusal.delta", "completed"];
    const itemTypes = fc.constantFrom("message", "function_call", "reasoning", "custom_tool_call", "x");
    const item = fc.record({ type: itemTypes, id: fc.string(), call_id: fc.string(), name: fc.jsonValue() });
    const frame = fc.record(
      {
        type: fc.constantFrom(...[...types, ...more].map((type) => `response.${type}`)),
        output_index: fc.oneof(fc.nat(2), fc.jsonValue()),
        content_index: fc.nat(2),
        delta: fc.oneof(fc.string(), fc.jsonValue()),
        item: fc.oneof(item, fc.jsonValue()),
        response: fc.oneof(fc.record({ output: fc.array(item) }), fc.jsonValue()),
      },
      { requiredKeys: ["type"] },
    );
    const data = fc.oneof(
      frame.map((each) => JSON.stringify(each)),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(data, { maxLength: 12 }), (frames) => {
        const events = decoded(frames);
        const open = new Set<number>();
        for (const event of events) {
          if (event.type.endsWith("-start") && "block" in event) {
            expect(open.has(event.block)).toBe(false);
            open.add(event.block);
          } else if (event.type.endsWith("-end") && "block" in event) expect(open.delete(event.block)).toBe(true);
        }
        expect(() => encoded(events)).not.toThrow();
      }),
    );
  });
});

const parts = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("text" as const), text: fc.string({ minLength: 1 }) }),
    fc.record({
      type: fc.constant("reasoning" as const),
      text: fc.string({ minLength: 1 }),
      signature: fc.oneof(
        fc.constant(null),
        fc.record({
          protocol: fc.constant("openai-responses" as const),
          value: fc.string({ minLength: 1 }).map((text) => `g${text}`),
        }),
      ),
    }),
    fc.record({
      type: fc.constant("tool-call" as const),
      id: fc.string({ minLength: 1 }).map((text) => `call_${text}`),
      name: fc.string({ minLength: 1 }),
      arguments: fc.json().map((json) => `{"a":${json}}`),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

describe("ResponsesEncoder", () => {
  it("is what is expected, byte for byte (case 59)", () => {
    const { text } = encoded(decoded(framesOf(fixture("id-rotation.sse"))));
    expect(text).toBe(fixture("id-rotation.reply.sse").toString());
  });

  it("numbers events, pairs what is added with what is done, and keeps ids (cases 50, 59)", () => {
    const { events, final } = encoded(decoded(framesOf(fixture("id-rotation.sse"))));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const of = (type: string) => events.filter((event) => event.type === type);
    const added = of("response.output_item.added").map(({ item }) => (item as Wire).id);
    expect(of("response.output_item.done").map(({ item }) => (item as Wire).id)).toEqual(added);
    expect((final.output as Wire[]).map(({ id }) => id)).toEqual(added);
    expect(new Set(events.flatMap(({ item_id }) => item_id ?? []))).toEqual(new Set(added));
    expect(final).toMatchObject({
      id: "resp_01a2018478867bfc9e7b46e93c23be29",
      status: "completed",
      model: "公开",
      instructions: "Be brief.",
      store: false,
      metadata: { a: "b" },
      temperature: 0,
      usage: { input_tokens: 12, output_tokens: 9, total_tokens: 21, input_tokens_details: { cached_tokens: 4 } },
    });
  });

  it.each([
    ["length", null, "incomplete", { reason: "max_output_tokens" }],
    ["content-filter", null, "incomplete", { reason: "content_filter" }],
    ["content-filter", "no", "completed", null],
    ["stop", null, "completed", null],
    ["tool-calls", null, "completed", null],
  ] as const)("ends %s (refusal: %s) as %s (cases 36, 38)", (reason, refusal, status, incomplete_details) => {
    const { events, final } = encoded([
      { type: "start", id: "" },
      ...(refusal === null ? [] : [{ type: "refusal-delta", choice: 0, text: refusal } as const]),
      { type: "finish", choice: 0, reason, stopSequence: null },
    ]);
    expect(final).toMatchObject({ status, incomplete_details });
    expect(events.at(-1)?.type).toBe(`response.${status}`);
  });

  it("gives other vendors' signatures to the client, to bring them back (cases 22, 23)", () => {
    const signature = { protocol: "anthropic-messages", value: "abc" } as const;
    const { final } = encoded([
      { type: "start", id: "" },
      { type: "reasoning-start", choice: 0, block: 0, isRedacted: true },
      { type: "reasoning-end", choice: 0, block: 0, signature },
      { type: "reasoning-start", choice: 0, block: 1 },
      { type: "reasoning-delta", choice: 0, block: 1, text: "t" },
      { type: "reasoning-end", choice: 0, block: 1, signature },
    ]);
    expect(final.output).toMatchObject([
      { type: "reasoning", summary: [], encrypted_content: "redacted~anthropic-messages~abc" },
      { summary: [{ type: "summary_text", text: "t" }], encrypted_content: "anthropic-messages~abc" },
    ]);
  });

  it("calls tools in namespaces by both their names", () => {
    const tools = [{ type: "namespace", name: "agents", tools: [{ type: "function", name: "spawn" }] }];
    const encoder = new ResponsesEncoder(context, { tools });
    encoder.encode({ type: "tool-input-start", choice: 0, block: 0, id: "c", name: "agents__spawn" });
    encoder.end();
    expect(encoder.final?.output).toMatchObject([{ type: "function_call", namespace: "agents", name: "spawn" }]);
  });

  it("writes an empty object for a call without arguments, in its deltas too (case 9)", () => {
    const { events, final } = encoded([
      { type: "start", id: "" },
      { type: "tool-input-start", choice: 0, block: 0, id: "c", name: "f" },
      { type: "tool-input-end", choice: 0, block: 0 },
      { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
    ]);
    expect(final.output).toMatchObject([{ type: "function_call", call_id: "c", arguments: "{}" }]);
    expect(events.filter(({ type }) => type.includes("arguments"))).toMatchObject([
      { delta: "{}" },
      { arguments: "{}" },
    ]);
  });

  it("tells a failure in mid-stream as the protocol does, and never ends cleanly (case 48)", () => {
    const encoder = new ResponsesEncoder(context, echo);
    encoder.encode({ type: "start", id: "" });
    encoder.encode({ type: "text-start", choice: 0, block: 0 });
    encoder.encode({ type: "text-delta", choice: 0, block: 0, text: "half" });
    const text = encoder.error(new AppError("upstream_rate_limited"), context.requestId);
    const events = framesOf(Buffer.from(text)).map((frame) => JSON.parse(frame) as Wire);
    expect(events).toMatchObject([
      { type: "error", code: "rate_limit_exceeded", sequence_number: 5 },
      {
        type: "response.failed",
        response: {
          status: "failed",
          error: { code: "rate_limit_exceeded" },
          output: [{ status: "incomplete", content: [{ text: "half" }] }],
        },
      },
    ]);
    expect(text).not.toMatch(/completed"|\[DONE\]/);
  });

  it("streams what it answers without a stream, and what it writes reads back as it was", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const finish = given.some(({ type }) => type === "tool-call") ? "tool-calls" : "stop";
        const events = [...eventsOf(given), { type: "finish", choice: 0, reason: finish, stopSequence: null } as const];
        const { text, final } = encoded([{ type: "start", id: "" }, ...events]);
        const whole = JSON.parse(
          encodeReply({ id: "", choices: fold(events).choices, usage: null, rawUsage: null }, context).toString(),
        );
        expect(whole).toEqual(JSON.parse(JSON.stringify(final)));
        expect(fold(decoded(framesOf(Buffer.from(text)))).choices).toEqual(fold(events).choices);
        expect(decodeReply(whole)?.choices).toEqual(fold(events).choices);
      }),
    );
  });
});

function eventsOf(given: readonly AssistantPart[]): ReplyEvent[] {
  return given.flatMap((part, block): ReplyEvent[] => {
    const at = { choice: 0, block };
    switch (part.type) {
      case "text":
        return [
          { type: "text-start", ...at },
          { type: "text-delta", ...at, text: part.text },
          { type: "text-end", ...at },
        ];
      case "reasoning":
        return [
          { type: "reasoning-start", ...at },
          { type: "reasoning-delta", ...at, text: part.text },
          { type: "reasoning-end", ...at, signature: part.signature },
        ];
      case "tool-call":
        return [
          { type: "tool-input-start", ...at, id: part.id, name: part.name },
          { type: "tool-input-delta", ...at, text: part.arguments },
          { type: "tool-input-end", ...at },
        ];
      default:
        return [];
    }
  });
}
