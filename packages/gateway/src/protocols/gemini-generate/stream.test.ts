import { readFileSync } from "node:fs";
import { AppError, noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import { fold } from "../../canonical/fold.ts";
import type { DecodedCall, ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { parseJson } from "../../json/parse-json.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { decodeCall } from "./request.ts";
import { decodeReply, encodeReply } from "./response.ts";
import { decodeStream, encodeStream } from "./stream.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const scenes = ["text", "tools", "blocked"];
const ID = "01a20184-7886-7bfc-9e7b-46e93c23be29";

function callOf(query: string, config: object = {}): DecodedCall {
  return decodeCall(Buffer.from(JSON.stringify({ contents: "x", generationConfig: config })), {
    captures: ["public", "streamGenerateContent"],
    query: new URLSearchParams(query),
    headers: {},
  });
}
const contextOf = (call: DecodedCall): ReplyContext => ({
  model: "public",
  requestId: ID,
  createdAt: 0,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 3,
  request: () => call.canonical(),
});

function eventsOf(pieces: readonly Buffer[]): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = decodeStream((event) => events.push(event));
  const splitter = new SseSplitter((_buffer, _start, _end, data, start, end) => {
    if (start >= 0) decoder.decode(data.toString("utf8", start, end));
  });
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  expect(decoder.isComplete).toBe(false);
  return events;
}
const chunk = (value: unknown) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
const candidate = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { parts, role: "model" }, index: 0, ...more }],
});

describe("decodeStream", () => {
  it.each(scenes)("of %s is the complete answer in pieces, wherever it is cut (case 46)", (scene) => {
    const bytes = fixture(`${scene}/upstream.sse`);
    const whole = decodeReply(parseJson(fixture(`${scene}/upstream.json`).toString()));
    expect(whole).not.toBeNull();
    expect(fold(eventsOf([bytes]))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
        expect(eventsOf(at.slice(1).map((end, index) => bytes.subarray(at[index], end)))).toEqual(eventsOf([bytes]));
      }),
      { numRuns: 30 },
    );
  });

  it("reads thoughts, text and the proof behind it", () => {
    const reply = fold(eventsOf([fixture("text/upstream.sse")]));
    expect(reply.id).toBe("Zk9QaY_fJ7");
    expect(reply.choices).toEqual([
      {
        index: 0,
        parts: [
          { type: "reasoning", text: "**看一看**\n\n先想一想。", signature: null },
          { type: "text", text: "你好，世界 🌍" },
          { type: "reasoning", text: "", signature: { protocol: "gemini-generate", value: "EqQBCqEBAXLI2nwP+/8=" } },
        ],
        finish: "stop",
        stopSequence: null,
        logprobs: null,
      },
    ]);
    expect(reply.usage).toEqual({ ...noUsage, input: 9, output: 24, reasoning: 20 });
  });

  it("reads calls, whole in one piece each, with ids of their own (cases 9, 24, 36, 44)", () => {
    const events = eventsOf([fixture("tools/upstream.sse")]);
    expect(fold(events).choices[0]).toMatchObject({
      parts: [
        {
          type: "tool-call",
          id: "call_Zk9QaY_fJ7_00",
          name: "get_weather",
          arguments: '{"city":"北京","days":2}',
          signature: { value: "EtwCCtkCAXLI" },
        },
        { type: "tool-call", id: "call_Zk9QaY_fJ7_01", name: "get_time", arguments: "{}" },
      ],
      finish: "tool-calls",
    });
    expect(events.map(({ type }) => type).slice(1, 4)).toEqual([
      "tool-input-start",
      "tool-input-delta",
      "tool-input-end",
    ]);
  });

  it("reads a blocked prompt without candidates (case 37)", () => {
    expect(fold(eventsOf([fixture("blocked/upstream.sse")]))).toMatchObject({
      choices: [{ index: 0, parts: [], finish: "content-filter" }],
      usage: { input: 9, output: 0 },
    });
  });

  it.each([
    ["STOP", "stop"],
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content-filter"],
    ["RECITATION", "content-filter"],
    ["BLOCKLIST", "content-filter"],
    ["SPII", "content-filter"],
    ["PROHIBITED_CONTENT", "content-filter"],
    ["IMAGE_SAFETY", "content-filter"],
    ["MALFORMED_FUNCTION_CALL", "stop"],
    ["SOMETHING_NEW", "stop"],
  ])("takes %s for %s (case 36)", (finishReason, finish) => {
    expect(fold(eventsOf([chunk(candidate([{ text: "x" }], { finishReason }))])).choices[0]?.finish).toBe(finish);
  });

  it.each([
    [
      "an error",
      { error: { code: 503, message: "busy", status: "UNAVAILABLE" } },
      { message: "busy", code: "UNAVAILABLE" },
    ],
    ["an error in a list (case 51)", [{ error: { code: 429, message: "slow" } }], { message: "slow", code: "429" }],
    [
      "what is no answer",
      { candidates: 3 },
      { message: "what came is no answer of this protocol", code: "wrong_json" },
    ],
  ])("says %s once, and nothing behind it (cases 48, 49)", (_, value, complaint) => {
    const events = eventsOf([chunk(candidate([{ text: "x" }])), chunk(value), chunk(candidate([{ text: "y" }]))]);
    expect(events.at(-1)).toEqual({ type: "error", complaint });
    expect(events.filter(({ type }) => type === "text-delta")).toHaveLength(1);
  });

  it("reads the whole of an answer that comes as a list of its pieces", () => {
    const list = [candidate([{ text: "a" }]), candidate([{ text: "b" }], { finishReason: "MAX_TOKENS" })];
    expect(decodeReply(list)?.choices).toMatchObject([{ parts: [{ text: "ab" }], finish: "length" }]);
    expect(decodeReply([...list, { error: { message: "x" } }])).toBeNull();
    expect(decodeReply([])).toBeNull();
  });

  it("keeps several candidates apart (case 29)", () => {
    const both = {
      candidates: [{ content: { parts: [{ text: "a" }] } }, { content: { parts: [{ text: "b" }] }, index: 1 }],
    };
    const ends = { candidates: [{ finishReason: "STOP" }, { finishReason: "MAX_TOKENS", index: 1 }] };
    expect(fold(eventsOf([chunk(both), chunk(both), chunk(ends)])).choices).toMatchObject([
      { index: 0, parts: [{ text: "aa" }], finish: "stop" },
      { index: 1, parts: [{ text: "bb" }], finish: "length" },
    ]);
  });

  it("reads media, log probabilities and citations (cases 30, 35)", () => {
    const events = eventsOf([
      chunk(
        candidate([{ text: "é你x" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }], {
          finishReason: "STOP",
          logprobsResult: {
            chosenCandidates: [{ token: "é", logProbability: -0.5 }],
            topCandidates: [{ candidates: [{ token: "e", logProbability: -1 }] }],
          },
          citationMetadata: { citationSources: [{ endIndex: 5, uri: "https://example.com", title: "T" }] },
        }),
      ),
    ]);
    const [choice] = fold(events).choices;
    expect(choice?.parts).toEqual([
      {
        type: "text",
        text: "é你x",
        citations: [{ url: "https://example.com", title: "T", citedText: null, start: 0, end: 2 }],
      },
      { type: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" } },
    ]);
    expect(choice?.logprobs).toEqual([
      { token: "é", logprob: -0.5, bytes: [195, 169], top_logprobs: [{ token: "e", logprob: -1, bytes: [101] }] },
    ]);
  });

  it.each([
    [
      {
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 2,
        toolUsePromptTokenCount: 5,
      },
      { input: 15, cachedInput: 4, output: 5, reasoning: 2 },
    ],
    [
      { promptTokenCount: 10, totalTokenCount: 17, thoughtsTokenCount: 2 },
      { input: 10, output: 7, reasoning: 2 },
    ],
    [
      {
        promptTokenCount: 10,
        promptTokensDetails: [
          { modality: "IMAGE", tokenCount: 6 },
          { modality: "AUDIO", tokenCount: 1 },
        ],
      },
      { input: 10, image: 6, audio: 1 },
    ],
  ])("reads the usage %j (case 39)", (usageMetadata, usage) => {
    const events = eventsOf([chunk({ ...candidate([{ text: "x" }], { finishReason: "STOP" }), usageMetadata })]);
    expect(fold(events).usage).toEqual({ ...noUsage, ...usage });
  });

  it("reads no usage where there are only zeros", () => {
    const events = eventsOf([chunk({ ...candidate([{ text: "x" }]), usageMetadata: { promptTokenCount: 0 } })]);
    expect(fold(events).usage).toBeNull();
  });

  it("never throws for what an upstream sends, and grows by nothing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.json(),
          fc.json().map((text) => `{"candidates":[${text}]}`),
        ),
        (data) => {
          const events: ReplyEvent[] = [];
          decodeStream((event) => events.push(event)).decode(data);
          expect(events.length).toBeLessThan(20);
          decodeReply(parseJson(data));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const signature = { protocol: "anthropic-messages", value: "sig" } as const;
const answer: ReplyEvent[] = [
  { type: "start", id: "msg_1" },
  { type: "reasoning-start", choice: 0, block: 0 },
  { type: "reasoning-delta", choice: 0, block: 0, text: "想" },
  { type: "reasoning-end", choice: 0, block: 0, signature },
  { type: "text-start", choice: 0, block: 1 },
  { type: "text-delta", choice: 0, block: 1, text: "你" },
  { type: "text-delta", choice: 0, block: 1, text: "好" },
  {
    type: "citation",
    choice: 0,
    block: 1,
    citation: { url: "https://example.com", title: null, citedText: null, start: 1, end: 2 },
  },
  { type: "text-end", choice: 0, block: 1 },
  { type: "tool-input-start", choice: 0, block: 2, id: "t1", name: "f" },
  { type: "tool-input-start", choice: 0, block: 3, id: "t2", name: "g" },
  { type: "tool-input-delta", choice: 0, block: 3, text: '{"b":' },
  { type: "tool-input-delta", choice: 0, block: 2, text: '{"a":1.0}' },
  { type: "tool-input-delta", choice: 0, block: 3, text: "2}" },
  { type: "tool-input-end", choice: 0, block: 2 },
  { type: "tool-input-end", choice: 0, block: 3 },
  { type: "finish", choice: 0, reason: "tool-calls", stopSequence: null },
  { type: "usage", usage: { ...noUsage, input: 10, cachedInput: 4, output: 6, reasoning: 2 }, rawUsage: {} },
];

function written(query: string, config: object = {}, events = answer) {
  const call = callOf(query, config);
  const encoder = encodeStream(contextOf(call), call);
  const pieces = events.map((event) => encoder.encode(event));
  return { pieces, text: pieces.join("") + encoder.end() };
}
const framesOf = (text: string) =>
  text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => JSON.parse(frame.slice("data: ".length)));

describe("encodeStream", () => {
  it("writes the bytes that Google's clients read, calls when they are whole (cases 43, 45)", () => {
    const { text, pieces } = written("alt=sse");
    expect(text).toBe(fixture("answer/reply.sse").toString());
    expect(pieces.slice(0, 2)).toEqual(["", ""]);
    expect(pieces.slice(-2)).toEqual(["", ""]);
  });

  it("writes one JSON array in pieces without alt=sse (case 53)", () => {
    const { text, pieces } = written("");
    expect(text).toBe(fixture("answer/reply.json").toString());
    expect(JSON.parse(text)).toEqual(framesOf(written("alt=sse").text));
    expect(pieces.find((piece) => piece !== "")?.startsWith("[{")).toBe(true);
    expect(
      pieces
        .filter((piece) => piece !== "")
        .slice(1)
        .every((piece) => piece.startsWith(",\r\n{")),
    ).toBe(true);
  });

  it("hides thoughts from a client that can't tell them, and keeps what their vendor wants back", () => {
    const frames = framesOf(written("alt=sse&$alt=json;enum-encoding=int").text);
    const parts = frames.flatMap((frame) => frame.candidates[0].content.parts);
    expect(parts.every((part) => part.thought === undefined)).toBe(true);
    const call = callOf("");
    const history = JSON.stringify({ contents: ["x", { role: "model", parts }] });
    expect(
      decodeCall(Buffer.from(history), {
        captures: ["m", "generateContent"],
        query: new URLSearchParams(),
        headers: {},
      }).canonical().messages[1]?.parts[0],
    ).toEqual({
      type: "reasoning",
      text: "想",
      signature,
    });
    expect(call.isStream).toBe(true);
  });

  it.each([
    ["alt=sse", /^data: (.*)\n\n$/],
    ["", /^\[(.*)\]$/s],
  ])("ends with an error in its own shape (case 48): %s", (query, pattern) => {
    const call = callOf(query);
    const text = encodeStream(contextOf(call), call).error(new AppError("upstream_error"), ID);
    expect(JSON.parse(pattern.exec(text)?.[1] ?? "")).toMatchObject({ error: { code: 502, status: "UNAVAILABLE" } });
    const encoder = encodeStream(contextOf(call), call);
    const begun = encoder.encode(answer[5] as ReplyEvent) + encoder.error(new AppError("overloaded"), ID);
    if (query === "") expect(JSON.parse(begun).at(-1)).toMatchObject({ error: { code: 503, status: "UNAVAILABLE" } });
    else expect(framesOf(begun).at(-1)).toMatchObject({ error: { code: 503 } });
  });

  it("has nothing to show of a filtered answer, and a text in every other (case 36)", () => {
    const ended = (reason: "content-filter" | "length") =>
      framesOf(written("alt=sse", {}, [{ type: "finish", choice: 0, reason, stopSequence: null }]).text).at(-1)
        .candidates[0];
    expect(ended("content-filter")).toEqual({ finishReason: "SAFETY", index: 0 });
    expect(ended("length")).toEqual({
      content: { parts: [{ text: "" }], role: "model" },
      finishReason: "MAX_TOKENS",
      index: 0,
    });
  });

  it("is the complete answer in pieces", () => {
    const call = callOf("alt=sse");
    const whole = parseJson(encodeReply(fold(answer), contextOf(call)).toString());
    const streamed = fold(eventsOf([Buffer.from(written("alt=sse").text)]));
    expect(decodeReply(whole)).toEqual(streamed);
  });
});

describe("encodeReply", () => {
  it("writes usage, citations in bytes and arguments with every digit (cases 35, 39, 61)", () => {
    const text = encodeReply(fold(answer), contextOf(callOf(""))).toString();
    expect(text).toContain('"args":{"a":1.0}');
    expect(JSON.parse(text)).toMatchObject({
      candidates: [
        {
          finishReason: "STOP",
          index: 0,
          citationMetadata: { citationSources: [{ startIndex: 3, endIndex: 6, uri: "https://example.com" }] },
        },
      ],
      usageMetadata: {
        promptTokenCount: 10,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 4,
        thoughtsTokenCount: 2,
        totalTokenCount: 16,
      },
      modelVersion: "public",
      responseId: "msg_1",
    });
  });

  it("makes an object of arguments that were cut short (case 11)", () => {
    const reply: CanonicalReply = {
      id: "",
      choices: [
        {
          index: 0,
          parts: [{ type: "tool-call", id: "1", name: "f", arguments: '{"a' }],
          finish: "length",
          stopSequence: null,
          logprobs: null,
        },
      ],
      usage: null,
      rawUsage: null,
    };
    const value = JSON.parse(encodeReply(reply, contextOf(callOf(""))).toString());
    expect(value.candidates[0]).toMatchObject({
      content: { parts: [{ functionCall: { name: "f", args: {} } }] },
      finishReason: "MAX_TOKENS",
    });
    expect(value.responseId).toBe(ID);
  });
});
