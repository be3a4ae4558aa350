import { readFileSync } from "node:fs";
import { AppError, noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Blocks } from "../../canonical/blocks.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { decodeReply, encodeReply, withoutLooseProof } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";

type Wire = Record<string, unknown> & { type: string };

const context: ReplyContext = {
  model: "public",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 0,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => expect.fail("nobody asked"),
};
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

function decodePackets(packets: readonly Buffer[]): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  const splitter = new SseSplitter((_buffer, _start, _end, data, from, to) => {
    if (from >= 0) decoder.decode(data.toString("utf8", from, to));
  });
  for (const packet of packets) splitter.push(packet);
  splitter.end();
  return events;
}
const decode = (text: string | Buffer) => decodePackets([Buffer.from(text)]);
const decodeFrames = (...frames: object[]) =>
  decode(frames.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(""));

function encode(events: readonly ReplyEvent[]): string {
  const encoder = encodeStream(context);
  return events.map((event) => encoder.encode(event)).join("") + encoder.end();
}

/** What a client's library sees, read as strictly as one: blocks one behind the other, counted from 0, each started and stopped once. */
function read(stream: string): { events: Wire[]; content: Wire[]; end: Wire } {
  const events = stream
    .split("\n\n")
    .filter((each) => each !== "")
    .map((frame) => {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(frame) ?? expect.fail(frame);
      const event = JSON.parse(data ?? "") as Wire;
      expect(event.type).toBe(name);
      return event;
    });
  const types = events.map(({ type }) => type);
  expect(types[0]).toBe("message_start");
  expect(types.slice(-2)).toEqual(["message_delta", "message_stop"]);
  for (const once of ["message_start", "message_delta", "message_stop"])
    expect(types.filter((each) => each === once)).toHaveLength(1);
  const content: Wire[] = [];
  let json: string | null = null;
  let isOpen = false;
  for (const event of events.slice(1, -2)) {
    if (event.type === "content_block_start") {
      expect([isOpen, event.index]).toEqual([false, content.length]);
      content.push({ ...(event.content_block as Wire) });
      isOpen = true;
      json = null;
    } else {
      expect([isOpen, event.index]).toEqual([true, content.length - 1]);
      const block = content.at(-1) ?? expect.fail();
      if (event.type === "content_block_stop") {
        isOpen = false;
        if (json !== null) block.input = parsedOrText(json);
        continue;
      }
      const delta = event.delta as Wire;
      if (delta.type === "text_delta") block.text = String(block.text) + String(delta.text);
      else if (delta.type === "thinking_delta") block.thinking = String(block.thinking) + String(delta.thinking);
      else if (delta.type === "signature_delta") block.signature = delta.signature;
      else if (delta.type === "input_json_delta") json = (json ?? "") + String(delta.partial_json);
      else if (delta.type === "citations_delta")
        block.citations = [...((block.citations ?? []) as unknown[]), delta.citation];
      else expect.fail(delta.type);
    }
  }
  expect(isOpen).toBe(false);
  return { events, content, end: events.at(-2) ?? expect.fail() };
}

function parsedOrText(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

describe.each(["thinking-and-calls", "cited-text"])("the stream %s", (name) => {
  const bytes = fixture(`${name}/upstream.sse`);
  const whole = decodeReply(JSON.parse(fixture(`${name}/upstream.json`).toString()));

  it("folds to the answer without a stream", () => {
    expect(fold(decode(bytes))).toEqual(whole);
  });

  it("comes to the same wherever it is cut (case 46)", () => {
    const expected = decode(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (places) => {
        const cuts = [0, ...places.toSorted((one, other) => one - other), bytes.length];
        const packets = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
        expect(decodePackets(packets)).toEqual(expected);
      }),
    );
  });

  it("reaches Anthropic's clients as the answer without a stream does", () => {
    const reply = JSON.parse(encodeReply(whole ?? expect.fail(), context).toString());
    const { content, end } = read(encode(decode(bytes)));
    expect(content).toEqual(reply.content);
    expect(end).toMatchObject({
      delta: { stop_reason: reply.stop_reason, stop_sequence: reply.stop_sequence },
      usage: reply.usage,
    });
  });
});

describe("reading a stream", () => {
  const start = { type: "message_start", message: { id: "msg_1", usage: { input_tokens: 7, output_tokens: 1 } } };
  const text = (index: number, ...pieces: string[]) => [
    { type: "content_block_start", index, content_block: { type: "text", text: "" } },
    ...pieces.map((each) => ({ type: "content_block_delta", index, delta: { type: "text_delta", text: each } })),
  ];

  it("takes cumulative figures as they are, never summed (case 40)", () => {
    const delta = (output_tokens: number) => ({ type: "message_delta", delta: {}, usage: { output_tokens } });
    const reply = fold(
      decodeFrames(start, ...text(0, "a"), delta(5), delta(9), {
        type: "message_delta",
        delta: { stop_reason: "end_turn" },
        usage: { output_tokens: 12, cache_read_input_tokens: 20, input_tokens: null },
      }),
    );
    expect(reply.usage).toMatchObject({ input: 27, cachedInput: 20, output: 12 });
  });

  it("makes one message of two starts, and closes what is open at the end (case 50)", () => {
    const events = decodeFrames(start, ...text(0, "a"), start, { type: "message_stop" }, { type: "message_stop" });
    expect(events.filter(({ type }) => type === "start")).toHaveLength(1);
    expect(events.filter(({ type }) => type === "text-end" || type === "finish")).toHaveLength(2);
    expect(fold(events).choices[0]).toMatchObject({ finish: "stop", parts: [{ type: "text", text: "a" }] });
  });

  it("takes input that stands in the start of its block", () => {
    const content_block = { type: "tool_use", id: "t", name: "f", input: { a: 1 } };
    const events = decodeFrames(
      start,
      { type: "content_block_start", index: 0, content_block },
      { type: "content_block_stop", index: 0 },
      { type: "message_stop" },
    );
    expect(fold(events).choices[0]).toMatchObject({
      finish: "tool-calls",
      parts: [{ type: "tool-call", id: "t", name: "f", arguments: '{"a":1}' }],
    });
  });

  it("reads the call that is the answer as its text, streamed and not (case 16)", () => {
    const content_block = { type: "tool_use", id: "t", name: "lyceum_answer_in_json", input: {} };
    const piece = (partial_json: string) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json },
    });
    const events = decodeFrames(
      start,
      { type: "content_block_start", index: 0, content_block },
      piece('{"a":'),
      piece("1}"),
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "tool_use" } },
      { type: "message_stop" },
    );
    const content = [{ ...content_block, input: { a: 1 } }];
    const whole = decodeReply({ type: "message", content, stop_reason: "tool_use" });
    expect(fold(events).choices).toEqual(whole?.choices);
    expect(whole?.choices[0]).toMatchObject({ finish: "stop", parts: [{ type: "text", text: '{"a":1}' }] });
  });

  it.each([
    [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "Overloaded", "overloaded_error"],
    [{ error: { message: "m", code: 500 } }, "m", "500"],
    [{ code: 500, message: "as llama.cpp says it", type: "server_error" }, "as llama.cpp says it", "500"],
  ])("hears a failure in %j (cases 48, 49)", (frame, message, code) => {
    expect(decodeFrames(frame)).toEqual([{ type: "error", complaint: { message, code } }]);
  });

  it("never throws, whatever an upstream sends", () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      hostileEvent.map((each) => JSON.stringify(each)),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 10 }), (frames) => {
        const events: ReplyEvent[] = [];
        const decoder = decodeStream((event) => events.push(event));
        for (const each of frames) decoder.decode(each);
        encode(events.filter(({ type }) => type !== "error"));
        fold(events);
      }),
    );
  });
});

const index = fc.oneof(fc.nat(3), fc.constant(null));
const hostileEvent = fc.record({
  type: fc.constantFrom(
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
    "new",
  ),
  index,
  message: fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), usage: fc.jsonValue() })),
  content_block: fc.record({
    type: fc.constantFrom("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use"),
    text: fc.jsonValue(),
    citations: fc.jsonValue(),
    input: fc.jsonValue(),
    id: fc.jsonValue(),
    data: fc.jsonValue(),
  }),
  delta: fc.record({
    type: fc.constantFrom("text_delta", "thinking_delta", "signature_delta", "input_json_delta", "citations_delta"),
    text: fc.jsonValue(),
    thinking: fc.jsonValue(),
    signature: fc.jsonValue(),
    partial_json: fc.string(),
    citation: fc.jsonValue(),
    stop_reason: fc.jsonValue(),
  }),
  usage: fc.jsonValue(),
});

describe("writing a stream", () => {
  it("writes parallel calls one behind the other, whole, with {} for no arguments (cases 9, 43, 44)", () => {
    const events: ReplyEvent[] = [];
    const blocks = new Blocks(0, (event) => events.push(event));
    blocks.reasoning("hm");
    blocks.text("so");
    blocks.openTool(0, { id: "a", name: "f" });
    blocks.openTool(1, { id: "b", name: "g" });
    blocks.openTool(2, { id: "", name: "h" });
    for (const piece of ['{"x":', "1}"]) for (const key of [1, 0]) blocks.toolInput(key, piece);
    blocks.finish("stop");
    const { content, end } = read(encode(events));
    expect(content).toEqual([
      { type: "thinking", thinking: "hm", signature: "" },
      { type: "text", text: "so" },
      { type: "tool_use", id: "a", name: "f", input: { x: 1 } },
      { type: "tool_use", id: "b", name: "g", input: { x: 1 } },
      { type: "tool_use", id: "toolu_01a2018478867bfc9e7b46e93c23be29_4", name: "h", input: {} },
    ]);
    expect(end.delta).toEqual({ stop_reason: "tool_use", stop_sequence: null });
  });

  it("brings foreign proofs to the client in the signature, and in the id of a call (cases 24, 45)", () => {
    const signature = { protocol: "gemini-generate", value: "ABC" } as const;
    const { content } = read(
      encode([
        { type: "reasoning-start", choice: 0, block: 0 },
        { type: "reasoning-end", choice: 0, block: 0, signature },
        { type: "reasoning-start", choice: 0, block: 1, isRedacted: true },
        { type: "reasoning-end", choice: 0, block: 1, signature: { protocol: "openai-responses", value: "gAA" } },
        { type: "tool-input-start", choice: 0, block: 2, id: "call", name: "f", signature },
        { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
      ]),
    );
    expect(content).toEqual([
      { type: "thinking", thinking: "", signature: "gemini-generate~ABC" },
      { type: "redacted_thinking", data: "openai-responses~gAA" },
      { type: "tool_use", id: "call__sig_Z2VtaW5pLWdlbmVyYXRlfkFCQw", name: "f", input: {} },
    ]);
  });

  it("says refusal for what was filtered or refused, with the words (case 38)", () => {
    const refused = read(
      encode([
        { type: "refusal-delta", choice: 0, text: "I " },
        { type: "refusal-delta", choice: 0, text: "won't" },
        { type: "finish", choice: 0, reason: "stop", stopSequence: null },
      ]),
    );
    expect(refused.content).toEqual([{ type: "text", text: "I won't" }]);
    expect(refused.end.delta).toMatchObject({ stop_reason: "refusal" });
    const filtered = read(encode([{ type: "finish", choice: 0, reason: "content-filter", stopSequence: null }]));
    expect([filtered.content, filtered.end.delta]).toMatchObject([[], { stop_reason: "refusal" }]);
  });

  it("tells input tokens at the start, and all of them at the end, without what was cached (cases 39, 42)", () => {
    const usage = { ...noUsage, input: 100, cachedInput: 60, cacheWrite: 10, output: 5, reasoning: 2 };
    const { events, end } = read(
      encode([
        { type: "text-start", choice: 0, block: 0 },
        { type: "text-delta", choice: 0, block: 0, text: "x" },
        { type: "finish", choice: 0, reason: "length", stopSequence: null },
        { type: "usage", usage, rawUsage: null },
      ]),
    );
    expect(events[0]).toMatchObject({
      message: { id: "msg_01a2018478867bfc9e7b46e93c23be29", model: "public", usage: { input_tokens: 10 } },
    });
    expect(end).toEqual({
      type: "message_delta",
      delta: { stop_reason: "max_tokens", stop_sequence: null },
      usage: {
        input_tokens: 30,
        cache_read_input_tokens: 60,
        cache_creation_input_tokens: 10,
        output_tokens: 5,
        output_tokens_details: { thinking_tokens: 2 },
      },
    });
  });

  it("ends with an error event where it failed, and nothing behind it (case 48)", () => {
    const encoder = encodeStream(context);
    const text = encoder.error(new AppError("overloaded"), context.requestId);
    expect(text).toMatch(/^event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error",/);
  });

  it("ends with what the model said, not with a proof behind it: clients take the last block for the result", () => {
    // As Gemini 3 signs its last text; Claude Code printed nothing for an answer with an empty thought at its end.
    const signature = { protocol: "gemini-generate", value: "ABC" } as const;
    const streamed = (write: (blocks: Blocks) => void) => {
      const events: ReplyEvent[] = [];
      const blocks = new Blocks(0, (event) => events.push(event));
      write(blocks);
      blocks.finish("stop");
      const whole = JSON.parse(encodeReply(fold(events), context).toString()) as { content: { type: string }[] };
      const { content } = read(encode(events));
      expect(content).toEqual(whole.content);
      return content.map(({ type }) => type);
    };
    const said = (blocks: Blocks) => {
      blocks.reasoning("hm");
      blocks.text("so");
      blocks.sign(signature);
    };
    expect(streamed(said)).toEqual(["thinking", "text"]);
    expect(
      streamed((blocks) => {
        said(blocks);
        blocks.openTool(0, { id: "a", name: "f" });
      }),
    ).toEqual(["thinking", "text", "thinking", "tool_use"]);
    expect(streamed((blocks) => blocks.sign(signature))).toEqual(["thinking"]);
  });

  it("puts free text of custom tools into an object", () => {
    const pieces = ['say "', "好\n"].map((text) => ({ type: "tool-input-delta", choice: 0, block: 0, text }) as const);
    const { content } = read(
      encode([
        { type: "tool-input-start", choice: 0, block: 0, id: "a", name: "f", isCustom: true },
        ...pieces,
        { type: "tool-input-end", choice: 0, block: 0 },
        { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
      ]),
    );
    expect(content[0]?.input).toEqual({ input: 'say "好\n' });
  });

  it("decodes to what it was told, whatever a model does", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("text" as const), text: fc.string({ minLength: 1 }) }),
      fc.record({ kind: fc.constant("reasoning" as const), text: fc.string({ minLength: 1 }) }),
      fc.record({ kind: fc.constant("tool" as const), key: fc.nat(3) }),
      fc.record({ kind: fc.constant("sign" as const), text: fc.string({ minLength: 1 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const events: ReplyEvent[] = [{ type: "start", id: "msg_1" }];
        const blocks = new Blocks(0, (event) => events.push(event));
        for (const each of steps) {
          if (each.kind === "text") blocks.text(each.text);
          else if (each.kind === "reasoning") blocks.reasoning(each.text);
          else if (each.kind === "sign") blocks.sign({ protocol: "anthropic-messages", value: each.text });
          else blocks.openTool(each.key, { id: `t${each.key}`, name: "f" });
        }
        const hasCalls = steps.some(({ kind }) => kind === "tool");
        blocks.finish(hasCalls ? "tool-calls" : "stop");
        events.push({ type: "usage", usage: { ...noUsage, input: 9, output: 4 }, rawUsage: null });
        const { rawUsage: _, ...folded } = fold(events);
        const choices = folded.choices.map((each) => ({ ...each, parts: withoutLooseProof(each.parts) }));
        const expected = { ...folded, choices };
        const { rawUsage, ...got } = fold(decode(encode(events)));
        expect(got).toEqual(expected);
        expect(rawUsage).toMatchObject({ input_tokens: 9 });
        expect(read(encode(events)).content).toEqual(
          JSON.parse(encodeReply({ ...expected, rawUsage }, context).toString()).content,
        );
      }),
    );
  });
});
