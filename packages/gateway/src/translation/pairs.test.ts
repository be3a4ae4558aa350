import { noUsage } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Blocks } from "../canonical/blocks.ts";
import type { AssistantPart } from "../canonical/canonical-request.ts";
import { noSampling } from "../canonical/canonical-request.ts";
import { fold } from "../canonical/fold.ts";
import type { DecodedCall, Protocol, ReplyContext } from "../canonical/protocol.ts";
import type { ReplyEvent } from "../canonical/reply-event.ts";
import { protocolIds } from "../canonical/signature.ts";
import { parseJson } from "../json/parse-json.ts";
import { protocolOf } from "../protocols/protocol-list.ts";
import { LineSplitter } from "../streams/line-splitter.ts";
import { type FrameReceiver, SseSplitter } from "../streams/sse-splitter.ts";
import { PassingListener } from "./passing-listener.ts";
import { TranslatingListener } from "./translating-listener.ts";

const protocols = protocolIds.map(protocolOf);
const context: ReplyContext = {
  model: "m",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_000,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 7,
  request: () => ({
    model: "m",
    messages: [],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    sampling: noSampling,
    stop: [],
    outputLimit: null,
    choices: 1,
    reasoning: null,
    outputFormat: null,
    topLogprobs: null,
    isStream: true,
    namesUser: false,
    unmapped: [],
  }),
};

/** A streamed call of a client, as its own protocol decodes it. */
function callOf(protocol: Protocol): DecodedCall {
  const messages = [{ role: "user", content: "hi" }];
  const bodies: Record<Protocol["id"], object> = {
    "openai-chat": { model: "m", messages, stream: true, stream_options: { include_usage: true } },
    "openai-responses": { model: "m", input: "hi", stream: true },
    "anthropic-messages": { model: "m", messages, max_tokens: 100, stream: true },
    "gemini-generate": { contents: [{ role: "user", parts: [{ text: "hi" }] }] },
    "ollama-chat": { model: "m", messages },
  };
  const query = new URLSearchParams(protocol.id === "gemini-generate" ? "alt=sse" : "");
  const route = { captures: ["m", "streamGenerateContent"], query, headers: {} };
  return protocol.decodeCall(Buffer.from(JSON.stringify(bodies[protocol.id])), route);
}

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom("你好", "𝒆🎓", "\n\n", "data: x\n\n", "\\u0041", '"}', "\u2028", " "),
);
const json = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.integer(), word, fc.constant(null)), {
  maxKeys: 3,
});
/** Thoughts, then text, then calls: what every protocol can say in this order. */
const answers = fc
  .record({
    thoughts: fc.array(word, { maxLength: 3 }),
    texts: fc.array(word, { maxLength: 4 }),
    calls: fc.array(json, { maxLength: 3 }),
    isInTurns: fc.boolean(),
    input: fc.integer({ min: 1, max: 1_000 }),
    output: fc.integer({ min: 1, max: 1_000 }),
    isCut: fc.boolean(),
  })
  .map(({ thoughts, texts, calls, isInTurns, input, output, isCut }) => {
    const events: ReplyEvent[] = [{ type: "start", id: "msg_1" }];
    const blocks = new Blocks(0, (event) => events.push(event));
    for (const each of thoughts) blocks.reasoning(each);
    for (const each of texts) blocks.text(each);
    const pieces = calls.map((each) => {
      const text = JSON.stringify(each);
      return [text.slice(0, 3), text.slice(3)];
    });
    const open = (index: number) => blocks.openTool(index, { id: `call_${index}`, name: `tool_${index}` });
    if (isInTurns) {
      for (let part = 0; part < 2; part++)
        for (const [index, each] of pieces.entries()) {
          open(index);
          blocks.toolInput(index, each[part] ?? "");
        }
    } else
      for (const [index, each] of pieces.entries()) {
        open(index);
        for (const text of each) blocks.toolInput(index, text);
        blocks.closeTool(index);
      }
    blocks.finish(isCut ? "length" : calls.length > 0 ? "tool-calls" : "stop");
    events.push({ type: "usage", usage: { ...noUsage, input, output }, rawUsage: null });
    return events;
  });

/** The stream that a server of a protocol sends. */
function streamOf(protocol: Protocol, events: readonly ReplyEvent[]): string {
  const encoder = protocol.encodeStream(context, callOf(protocol));
  return events.map((event) => encoder.encode(event)).join("") + encoder.end();
}

/** Cuts a stream into packets of a size each, frames of them, and gives these to `receive`. */
function deliver(protocol: Protocol, stream: string, size: number, receive: FrameReceiver): void {
  const bytes = Buffer.from(stream);
  const splitter = protocol.framing === "sse" ? new SseSplitter(receive) : new LineSplitter(receive);
  for (let at = 0; at < bytes.length; at += size) splitter.push(Buffer.from(bytes.subarray(at, at + size)));
  splitter.end();
}

function read(protocol: Protocol, stream: string, size = 1_000_000): ReplyEvent[] {
  const events: ReplyEvent[] = [];
  const decoder = protocol.decodeStream((event) => events.push(event));
  deliver(protocol, stream, size, (_buffer, _start, _end, data, start, end) => {
    if (start >= 0 && !decoder.isComplete) decoder.decode(data.toString("utf8", start, end));
  });
  return events;
}

/** Through the gateway: a stream of `from` as a client of `to` receives it. */
function translate(from: Protocol, to: Protocol, stream: string, size: number): string {
  const call = callOf(to);
  const listener = new TranslatingListener((emit) => from.decodeStream(emit), to.encodeStream(context, call), 1);
  let text = "";
  let isOver = false;
  deliver(from, stream, size, (_buffer, _start, _end, data, start, end) => {
    if (start < 0 || isOver) return;
    const verdict = listener.judge(data, start, end);
    expect(verdict).not.toBe("error");
    if (verdict === "pass" || verdict === "end" || verdict === "tail") text += String(listener.replacement);
    isOver = verdict === "end";
  });
  expect(listener.isFinished).toBe(true);
  return isOver ? text : text + String(listener.encodeEnd());
}

/** What a client understands of an answer: texts and thoughts as one each, calls with their arguments as values. */
function meaning(events: readonly ReplyEvent[]) {
  const { choices, usage } = fold(events);
  const parts = choices[0]?.parts ?? [];
  const join = (type: "text" | "reasoning") =>
    parts.map((part: AssistantPart) => (part.type === type ? part.text : "")).join("");
  const calls = parts.flatMap((part) =>
    part.type === "tool-call" ? [{ name: part.name, input: parseJson(part.arguments) }] : [],
  );
  return { text: join("text"), reasoning: join("reasoning"), calls, finish: choices[0]?.finish, usage };
}

/** Ollama and Gemini don't tell calls and an end apart from a limit within calls in the same way; both say the limit where it is one. */
describe.each(protocols.map((protocol) => [protocol.id, protocol] as const))("a stream of %s", (_id, from) => {
  it("is the same however it is cut (case 46)", () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 40 }), (events, size) => {
        const stream = streamOf(from, events);
        expect(read(from, stream, size)).toEqual(read(from, stream));
      }),
      { numRuns: 60 },
    );
  });

  it.each(protocols.filter((to) => to !== from).map((to) => [to.id, to] as const))(
    "means the same to clients of %s",
    (_to, to) => {
      fc.assert(
        fc.property(answers, fc.integer({ min: 1, max: 200 }), (events, size) => {
          const stream = streamOf(from, events);
          const original = meaning(read(from, stream));
          const arrived = meaning(read(to, translate(from, to, stream, size)));
          expect(arrived).toEqual(original);
        }),
        { numRuns: 60 },
      );
    },
  );

  it("never breaks the gateway, whatever comes in its place", () => {
    const noise = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc.constantFrom(
        "[DONE]",
        "null",
        "[]",
        "{}",
        '{"type":"message_start"}',
        '{"choices":[null]}',
        '{"candidates":[{}]}',
      ),
    );
    const frames = fc.array(noise, { maxLength: 8 });
    fc.assert(
      fc.property(answers, frames, fc.nat(), (events, list, place) => {
        const stream = streamOf(from, events);
        const separator = from.framing === "sse" ? "\n\n" : "\n";
        const parts = stream.split(separator);
        const at = place % (parts.length + 1);
        const extra = list.map((each) =>
          from.framing === "sse" ? `data: ${each.replace(/\n/g, " ")}` : each.replace(/\n/g, " "),
        );
        const noisy = [...parts.slice(0, at), ...extra, ...parts.slice(at)].join(separator);
        for (const to of protocols) {
          const call = callOf(to);
          const listener =
            to === from
              ? new PassingListener(to, call, { requested: "a", upstream: "b" }, context, [["model"]], "")
              : new TranslatingListener((emit) => from.decodeStream(emit), to.encodeStream(context, call), 1);
          let isOver = false;
          deliver(from, noisy, 64, (_buffer, _start, _end, data, start, end) => {
            if (start < 0 || isOver) return;
            const verdict = listener.judge(data, start, end);
            isOver = verdict === "end" || verdict === "error";
          });
          listener.facts();
        }
      }),
      { numRuns: 100 },
    );
  });
});
