import { readFileSync } from "node:fs";
import { AppError } from "@lyceum/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { FrameVerdict } from "../../canonical/reply.ts";
import { SseSplitter } from "../../streams/sse-splitter.ts";
import { passReply, ResponsesListener } from "./passing.ts";
import { decodeCall } from "./request.ts";

const rotating = readFileSync(new URL("./fixtures/id-rotation.sse", import.meta.url));
const names = { requested: "公开", upstream: "gpt-5-mini" };
const body = { model: "公开", input: "x", stream: true, metadata: { a: "b" }, user: "2023012345" };
const call = decodeCall(Buffer.from(JSON.stringify(body)));
const context: ReplyContext = {
  model: "公开",
  requestId: "01a20184-7886-7bfc-9e7b-46e93c23be29",
  createdAt: 1_790_000_000_000,
  wantsStreamUsage: true,
  choices: 1,
  inputTokens: 10,
  request: () => call.canonical(),
  echo: call.echo,
};
type Wire = Record<string, unknown> & { type: string; item?: Wire; response?: Wire; id?: string };

/** What a client gets of the frames, as text and parsed, with the verdict on each. */
function pass(bytes: Buffer, listener = new ResponsesListener(call, names, context)) {
  const verdicts: FrameVerdict[] = [];
  const frames: string[] = [];
  const splitter = new SseSplitter((buffer, start, end, data, from, to) => {
    if (from < 0) return;
    const verdict = listener.judge(data, from, to);
    verdicts.push(verdict);
    if (verdict !== "withhold" && verdict !== "error")
      frames.push((listener.replacement ?? buffer.subarray(start, end)).toString());
  });
  splitter.push(bytes);
  splitter.end();
  return { verdicts, frames, events: parsed(frames.join("")), listener };
}

function parsed(text: string): Wire[] {
  return text
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => JSON.parse(frame.slice(frame.indexOf("data: ") + 6)) as Wire);
}

const stream = (...events: object[]) =>
  Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
const started = {
  type: "response.created",
  sequence_number: 0,
  response: { id: "resp_u", status: "in_progress", output: [] },
};
const added = (index: number, item: object) => ({ type: "response.output_item.added", output_index: index, item });
const message = { id: "msg_1", type: "message", status: "in_progress", role: "assistant", content: [] };
const opened = [
  started,
  added(0, message),
  {
    type: "response.content_part.added",
    item_id: "msg_1",
    output_index: 0,
    content_index: 0,
    part: { type: "output_text", text: "", annotations: [] },
  },
  { type: "response.output_text.delta", item_id: "msg_1", output_index: 0, content_index: 0, delta: "half" },
];

describe("ResponsesListener", () => {
  it("keeps the ids of items where the upstream changes them in every event (cases 50, 59)", () => {
    const { events, verdicts } = pass(rotating);
    const first = events.filter(({ type }) => type === "response.output_item.added").map(({ item }) => item?.id);
    expect(first).toEqual(["cmVhc29uaW5nLTE", "bXNnLTE", "ZmMtMQ"]);
    for (const { output_index, item_id, item } of events) {
      if (typeof output_index !== "number") continue;
      expect(item_id ?? item?.id).toBe(first[output_index]);
    }
    const output = events.at(-1)?.response?.output as Wire[] | undefined;
    expect(output?.map(({ id }) => id)).toEqual(first);
    expect(events.flatMap(({ response }) => response?.id ?? [])).toEqual(
      Array(3).fill("resp_01a2018478867bfc9e7b46e93c23be29"),
    );
    expect(verdicts.at(-1)).toBe("end");
  });

  it("counts where the upstream doesn't, and opens once (llama.cpp's server)", () => {
    const { events } = pass(readFileSync(new URL("./fixtures/llamacpp.sse", import.meta.url)));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.response).toMatchObject({ model: "公开", output: [], created_at: 1_790_000_000 });
    const of = (type: string) => events.filter((event) => event.type === type);
    expect(of("response.created")).toHaveLength(1);
    expect(of("response.content_part.added")).toMatchObject([{ output_index: 0, content_index: 0 }]);
    expect(of("response.output_text.delta")).toMatchObject([{ output_index: 0, content_index: 0, delta: "S" }]);
    expect(of("response.function_call_arguments.delta").map((event) => event.output_index)).toEqual([1, 1]);
    expect(of("response.output_item.done").map(({ output_index }) => output_index)).toEqual([0, 1]);
  });

  it("tells of the request what the client said, not what the upstream was told", () => {
    const { events } = pass(rotating);
    for (const { response } of events)
      if (response !== undefined)
        expect(response).toMatchObject({ model: "公开", store: true, metadata: { a: "b" }, user: "2023012345" });
  });

  it("leaves frames as they are where there is nothing to change", () => {
    const delta =
      '{ "type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"\\u4f60","x":1.0}';
    const listener = new ResponsesListener(call, names, context);
    pass(stream(...opened.slice(0, 3)), listener);
    expect(pass(Buffer.from(`data: ${delta}\n\n`), listener).frames).toEqual([`data: ${delta}\n\n`]);
  });

  it("lets a second opening through once, and numbers on (case 50)", () => {
    const { events } = pass(
      stream(started, { ...started, sequence_number: 0 }, { ...added(0, message), sequence_number: 1 }),
    );
    expect(events.map(({ type, sequence_number }) => [type, sequence_number])).toEqual([
      ["response.created", 0],
      ["response.output_item.added", 1],
    ]);
  });

  it("puts the output into a final object that lacks it", () => {
    const done = { type: "response.output_item.done", output_index: 0, item: { ...message, status: "completed" } };
    const end = { type: "response.completed", response: { id: "u", status: "completed", output: [] } };
    const { events } = pass(stream(...opened, done, end));
    expect(events.at(-1)?.response?.output).toEqual([{ ...message, status: "completed" }]);
  });

  it("withholds the last word of another protocol (case 47)", () => {
    expect(pass(Buffer.concat([stream(...opened), Buffer.from("data: [DONE]\n\n")])).verdicts.at(-1)).toBe("withhold");
  });

  it("ends a stream for want of room with what was open closed, and the usage", () => {
    const { listener } = pass(stream(...opened));
    const events = parsed(listener.encodeLengthEnd(7).toString());
    expect(events.map(({ type }) => type)).toEqual([
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.incomplete",
    ]);
    expect(events.at(-1)?.response).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      output: [{ id: "msg_1", status: "incomplete", content: [{ type: "output_text", text: "half" }] }],
      usage: { input_tokens: 7, output_tokens: 1 },
    });
  });

  it("tells a failure in mid-stream as the protocol does (case 48)", () => {
    const { listener } = pass(stream(...opened));
    const events = parsed(listener.encodeError(new AppError("upstream_error"), context.requestId).toString());
    expect(events).toMatchObject([
      { type: "error", code: "server_error" },
      { type: "response.failed", response: { status: "failed", error: { code: "server_error" } } },
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([4, 5]);
  });

  it("takes an error of the upstream for one, and has sent nothing until then (case 49)", () => {
    const failed = { type: "response.failed", response: { status: "failed", error: { code: "c", message: "boom" } } };
    const { verdicts, frames, listener } = pass(stream(started, failed));
    expect([verdicts, frames]).toEqual([["withhold", "error"], []]);
    expect(listener.error).toEqual({ message: "boom", code: "c" });
  });
});

describe("ResponsesListener, whatever an upstream sends", () => {
  it("never throws, and can always end the stream", () => {
    const types = ["created", "output_item.added", "output_item.done", "content_part.added", "output_text.delta"];
    const more = ["reasoning_summary_part.added", "reasoning_summary_text.delta", "refusal.delta", "completed"];
    const odd = fc.oneof(fc.nat(2), fc.jsonValue(), fc.constant({ toString: 0 }));
    const itemType = fc.oneof(fc.constantFrom("message", "function_call", "reasoning"), odd);
    const item = fc.record({ type: itemType, id: odd, content: odd, summary: odd });
    const frame = fc.record(
      {
        type: fc.constantFrom(...[...types, ...more].map((type) => `response.${type}`), "error", 5),
        sequence_number: odd,
        output_index: odd,
        content_index: odd,
        summary_index: odd,
        item_id: odd,
        delta: odd,
        part: fc.oneof(odd, fc.record({ type: fc.constantFrom("output_text", "summary_text"), text: odd })),
        item: fc.oneof(item, odd),
        response: fc.oneof(fc.record({ output: fc.oneof(fc.array(item), odd), model: odd }), odd),
      },
      { requiredKeys: ["type"] },
    );
    const data = fc.oneof(
      frame.map((each) => JSON.stringify(each)),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(data, { maxLength: 8 }), (frames) => {
        const listener = new ResponsesListener(call, names, context);
        for (const text of frames) {
          const bytes = Buffer.from(text);
          if (listener.judge(bytes, 0, bytes.length) === "error") break;
        }
        listener.facts();
        parsed(listener.encodeLengthEnd(1).toString());
        parsed(listener.encodeError(new AppError("upstream_error"), context.requestId).toString());
      }),
    );
  });
});

describe("passReply", () => {
  it("lets an answer pass that is nested too deeply to be edited", () => {
    const reply = `{"model":"gpt-5-mini","output":[],"x":${"[".repeat(300)}${"]".repeat(300)}}`;
    expect(passReply(Buffer.from(reply), names, context)?.body.toString()).toBe(reply);
  });

  it("changes nothing but what is ours to tell", () => {
    const output =
      '[{"id":"msg_1","type":"message","role":"assistant","content":[{"type":"output_text","text":"\\u4f60"}]}]';
    const reply = `{"id":"resp_u","object":"response","created_at":1,"model":"gpt-5-mini","store":false,"x":1.0,"output":${output},"usage":{"input_tokens":3,"output_tokens":2}}`;
    const passed = passReply(Buffer.from(reply), names, context);
    expect(passed?.facts.usage).toMatchObject({ input: 3, output: 2 });
    expect(passed?.body.toString()).toBe(
      `{"id":"resp_01a2018478867bfc9e7b46e93c23be29","object":"response","created_at":1,"model":"公开","store":true,"x":1.0,"output":${output},"usage":{"input_tokens":3,"output_tokens":2},"metadata":{"a":"b"},"user":"2023012345"}`,
    );
  });

  it("says the name that was asked for, whatever the upstream calls itself (case 61)", () => {
    const reply = Buffer.from('{"model":"gpt-5-mini-2026-08-07","output":[]}');
    expect(JSON.parse(passReply(reply, names, context)?.body.toString() ?? "")).toMatchObject({ model: "公开" });
  });

  it("takes nothing for an answer that failed, or is none", () => {
    for (const value of [
      { error: { message: "m" }, output: [] },
      { output: [], status: "failed" },
      { choices: [] },
      [],
    ])
      expect(passReply(Buffer.from(JSON.stringify(value)), names, context)).toBeNull();
  });
});
