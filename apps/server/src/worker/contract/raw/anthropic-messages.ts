import { events as ev, greeting, type RawCase, streamed, type WireEvent, whole } from "./frames.ts";

/** Messages as Anthropic streams them, and as servers do that take after it. */
const ms = {
  start: (usage: unknown = { input_tokens: 7, output_tokens: 1 }) => ({
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "m",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    },
  }),
  block: (index: number, content_block: unknown) => ({ type: "content_block_start", index, content_block }),
  text: (index: number, text: string) => ({ type: "content_block_delta", index, delta: { type: "text_delta", text } }),
  delta: (index: number, delta: unknown) => ({ type: "content_block_delta", index, delta }),
  stop: (index: number) => ({ type: "content_block_stop", index }),
  end: (stop_reason: unknown = "end_turn", usage: unknown = { output_tokens: 5 }) => ({
    type: "message_delta",
    delta: { stop_reason, stop_sequence: null },
    ...(usage === null ? {} : { usage }),
  }),
  over: { type: "message_stop" },
};
const msWhole = (...mid: WireEvent[]) => ev(ms.start(), ...mid, ms.end(), ms.over);
const msText = [ms.block(0, { type: "text", text: "" }), ms.text(0, "hello "), ms.text(0, "there"), ms.stop(0)];
const call1 = [["f", '{"a":1}']] as const;

export const wholeAnswer = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "hello there" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 7, output_tokens: 5 },
};
export const streamedAnswer = msWhole(...msText);

/** Its first event alone. */
export function startOf(stream: string): string {
  return stream.slice(0, stream.indexOf("\n\n") + 2);
}

export const cases: readonly RawCase[] = [
  streamed(
    "thinking",
    msWhole(
      ms.block(0, { type: "thinking", thinking: "", signature: "" }),
      ms.delta(0, { type: "thinking_delta", thinking: "mm" }),
      ms.delta(0, { type: "signature_delta", signature: "c2ln" }),
      ms.stop(0),
      ms.block(1, { type: "text", text: "" }),
      ms.text(1, "hello there"),
      ms.stop(1),
    ),
    { ...greeting, reasoning: "mm" },
  ),
  streamed(
    "unknown-event",
    msWhole(
      { type: "ping" },
      { type: "content_block_frobnicate", x: 1 },
      { type: "notice", message: { a: 1 } },
      ...msText,
      { type: "ping" },
    ),
  ),
  streamed("unknown-event-message", msWhole({ type: "notice", message: "we are glad to see you" }, ...msText)),
  streamed(
    "server-tools",
    msWhole(
      ms.block(0, { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} }),
      ms.delta(0, { type: "input_json_delta", partial_json: '{"q":1}' }),
      ms.stop(0),
      ms.block(1, { type: "web_search_tool_result", tool_use_id: "srv_1", content: [] }),
      ms.stop(1),
      ms.block(2, { type: "text", text: "" }),
      ms.text(2, "hello there"),
      ms.stop(2),
    ),
  ),
  streamed("delta-no-usage", ev(ms.start(), ...msText, ms.end("end_turn", null), ms.over), {
    text: "hello there",
    finish: "stop",
    charged: "estimate",
  }),
  streamed("no-message-delta", ev(ms.start(), ...msText, ms.over), {
    text: "hello there",
    finish: "stop",
    charged: "estimate",
  }),
  streamed(
    "no-start-usage",
    ev(ms.start(null), ...msText, ms.end("end_turn", { input_tokens: 7, output_tokens: 5 }), ms.over),
  ),
  streamed(
    "usage-strings",
    ev(
      ms.start({ input_tokens: "7", output_tokens: "1" }),
      ...msText,
      ms.end("end_turn", { output_tokens: "5" }),
      ms.over,
    ),
  ),
  streamed("no-block-start", msWhole(ms.text(0, "hello "), ms.text(0, "there"), ms.stop(0))),
  streamed("no-block-stop", msWhole(...msText.slice(0, 3))),
  streamed(
    "no-block-start-think",
    msWhole(ms.delta(0, { type: "thinking_delta", thinking: "mm" }), ms.text(1, "hello there")),
    { ...greeting, reasoning: "mm" },
  ),
  streamed(
    "index-missing",
    msWhole(
      { type: "content_block_start", content_block: { type: "text", text: "" } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "hello there" } },
      { type: "content_block_stop" },
    ),
  ),
  streamed("done-behind", `${streamedAnswer}data: [DONE]\n\n`),
  streamed("done-instead-of-stop", `${ev(ms.start(), ...msText, ms.end())}data: [DONE]\n\n`),
  streamed("no-stop", ev(ms.start(), ...msText, ms.end())),
  streamed("empty-data", `data:\n\n${streamedAnswer}`),
  streamed("no-event-lines", streamedAnswer.replace(/event: .*\n/g, "")),
  streamed("single-newlines", streamedAnswer.replaceAll("\n\n", "\n")),
  streamed(
    "tool-input-in-start",
    ev(
      ms.start(),
      ms.block(0, { type: "tool_use", id: "t1", name: "f", input: { a: 1 } }),
      ms.stop(0),
      ms.end("tool_use"),
      ms.over,
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-no-id",
    ev(
      ms.start(),
      ms.block(0, { type: "tool_use", name: "f", input: {} }),
      ms.delta(0, { type: "input_json_delta", partial_json: '{"a":1}' }),
      ms.stop(0),
      ms.end("tool_use"),
      ms.over,
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-empty",
    ev(
      ms.start(),
      ms.block(0, { type: "tool_use", id: "t1", name: "f", input: {} }),
      ms.delta(0, { type: "input_json_delta", partial_json: "" }),
      ms.stop(0),
      ms.end("tool_use"),
      ms.over,
    ),
    { calls: [["f", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "overloaded-mid",
    ev(ms.start(), ...msText.slice(0, 2), {
      type: "error",
      error: { type: "overloaded_error", message: "Overloaded" },
    }),
    { error: "in stream" },
  ),
  streamed("stop-unknown", ev(ms.start(), ...msText, ms.end("frob"), ms.over)),
  streamed("stop-pause", ev(ms.start(), ...msText, ms.end("pause_turn"), ms.over)),
  streamed(
    "content-after-end",
    ev(
      ms.start(),
      ms.block(0, { type: "text", text: "" }),
      ms.text(0, "hello "),
      ms.stop(0),
      ms.end(),
      ms.block(1, { type: "text", text: "" }),
      ms.text(1, "there"),
      ms.stop(1),
      ms.over,
    ),
  ),
  whole("content-null", JSON.stringify({ ...wholeAnswer, content: null }), {
    text: "",
    finish: "stop",
    charged: [7, 5],
  }),
  whole("content-string", JSON.stringify({ ...wholeAnswer, content: "hello there" })),
  whole("content-empty", JSON.stringify({ ...wholeAnswer, content: [] }), {
    text: "",
    finish: "stop",
    charged: [7, 5],
  }),
  whole("no-type", JSON.stringify({ ...wholeAnswer, type: undefined })),
  whole(
    "tool-no-id",
    JSON.stringify({
      ...wholeAnswer,
      content: [{ type: "tool_use", name: "f", input: { a: 1 } }],
      stop_reason: "tool_use",
    }),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  whole(
    "tool-input-string",
    JSON.stringify({
      ...wholeAnswer,
      content: [{ type: "tool_use", id: "t", name: "f", input: '{"a":1}' }],
      stop_reason: "tool_use",
    }),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "cached",
    ev(
      ms.start({ input_tokens: 2, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 1 }),
      ...msText,
      ms.end(),
      ms.over,
    ),
  ),
];
