import { events as ev, greeting, type RawCase, streamed, type WireEvent, whole } from "./frames.ts";

/** Responses as OpenAI streams them, and as servers do that take after it. */
let sequence = 0;
const rs = (type: string, more: object = {}) => ({ type, sequence_number: sequence++, ...more });
const rsR = (status: string, output: unknown = [], more: object = {}) => ({
  id: "resp_1",
  object: "response",
  created_at: 1,
  status,
  model: "m",
  output,
  usage: status === "in_progress" ? null : { input_tokens: 7, output_tokens: 5, total_tokens: 12 },
  ...more,
});
const rsMsg = (text: string) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});
const at = { output_index: 0, item_id: "msg_1", content_index: 0 };
const rsText = [
  rs("response.created", { response: rsR("in_progress") }),
  rs("response.output_item.added", {
    output_index: 0,
    item: { id: "msg_1", type: "message", role: "assistant", status: "in_progress", content: [] },
  }),
  rs("response.content_part.added", { ...at, part: { type: "output_text", text: "", annotations: [] } }),
  rs("response.output_text.delta", { ...at, delta: "hello " }),
  rs("response.output_text.delta", { ...at, delta: "there" }),
  rs("response.output_text.done", { ...at, text: "hello there" }),
  rs("response.content_part.done", { ...at, part: { type: "output_text", text: "hello there", annotations: [] } }),
  rs("response.output_item.done", { output_index: 0, item: rsMsg("hello there") }),
];
const rsEnd = rs("response.completed", { response: rsR("completed", [rsMsg("hello there")]) });
const rsS = (...values: WireEvent[]) => ev(rs("response.created", { response: rsR("in_progress") }), ...values);
const call1 = [["f", '{"a":1}']] as const;

export const wholeAnswer = rsR("completed", [rsMsg("hello there")]);
export const streamedAnswer = ev(...rsText, rsEnd);

export const cases: readonly RawCase[] = [
  streamed(
    "unknown-events",
    rsS(
      rs("response.frob.delta", { delta: "x" }),
      { type: "codex.rate_limits" },
      { type: "keepalive" },
      ...rsText.slice(1),
      rs("response.web_search_call.searching", { output_index: 3 }),
      rsEnd,
    ),
  ),
  streamed(
    "missing-ids",
    rsS(
      rs("response.output_item.added", { item: { type: "message", role: "assistant", content: [] } }),
      rs("response.output_text.delta", { delta: "hello " }),
      rs("response.output_text.delta", { delta: "there" }),
      rsEnd,
    ),
  ),
  streamed("no-deltas", rsS(rsEnd)),
  streamed(
    "only-item-done",
    rsS(
      rs("response.output_item.done", { output_index: 0, item: rsMsg("hello there") }),
      rs("response.completed", { response: rsR("completed", []) }),
    ),
  ),
  streamed(
    "incomplete",
    rsS(
      ...rsText.slice(1),
      rs("response.incomplete", {
        response: rsR("incomplete", [rsMsg("hello there")], { incomplete_details: { reason: "max_output_tokens" } }),
      }),
    ),
    { ...greeting, finish: "length" },
  ),
  streamed(
    "incomplete-filter",
    rsS(
      ...rsText.slice(1),
      rs("response.incomplete", {
        response: rsR("incomplete", [rsMsg("hello there")], { incomplete_details: { reason: "content_filter" } }),
      }),
    ),
    { ...greeting, finish: "content-filter" },
  ),
  streamed(
    "failed",
    rsS(
      ...rsText.slice(1, 5),
      rs("response.failed", { response: rsR("failed", [], { error: { code: "server_error", message: "boom" } }) }),
    ),
    { error: "in stream" },
  ),
  streamed("cancelled", rsS(...rsText.slice(1, 5), rs("response.cancelled", { response: rsR("cancelled") })), {
    error: "in stream",
  }),
  streamed("error-event", rsS(...rsText.slice(1, 5), { type: "error", error: { message: "boom", code: "x" } }), {
    error: "in stream",
  }),
  streamed("no-end", rsS(...rsText.slice(1)), { error: "in stream" }),
  streamed(
    "refusal",
    rsS(
      rs("response.output_item.added", {
        output_index: 0,
        item: { id: "msg_1", type: "message", role: "assistant", content: [] },
      }),
      rs("response.refusal.delta", { output_index: 0, item_id: "msg_1", content_index: 0, delta: "no way" }),
      rs("response.refusal.done", { output_index: 0, item_id: "msg_1", content_index: 0, refusal: "no way" }),
      rs("response.completed", {
        response: rsR("completed", [
          {
            id: "msg_1",
            type: "message",
            role: "assistant",
            status: "completed",
            content: [{ type: "refusal", refusal: "no way" }],
          },
        ]),
      }),
    ),
    { text: "no way", charged: [7, 5] },
  ),
  streamed(
    "reasoning",
    rsS(
      rs("response.output_item.added", { output_index: 0, item: { id: "rs_1", type: "reasoning", summary: [] } }),
      rs("response.reasoning_summary_part.added", {
        output_index: 0,
        item_id: "rs_1",
        summary_index: 0,
        part: { type: "summary_text", text: "" },
      }),
      rs("response.reasoning_summary_text.delta", { output_index: 0, item_id: "rs_1", summary_index: 0, delta: "mm" }),
      rs("response.reasoning_summary_text.done", { output_index: 0, item_id: "rs_1", summary_index: 0, text: "mm" }),
      rs("response.output_item.done", {
        output_index: 0,
        item: {
          id: "rs_1",
          type: "reasoning",
          summary: [{ type: "summary_text", text: "mm" }],
          encrypted_content: "ZW5j",
        },
      }),
      rs("response.output_item.done", { output_index: 1, item: rsMsg("hello there") }),
      rs("response.completed", {
        response: rsR("completed", [
          { id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: "mm" }], encrypted_content: "ZW5j" },
          rsMsg("hello there"),
        ]),
      }),
    ),
    { ...greeting, reasoning: "mm" },
  ),
  streamed(
    "call",
    rsS(
      rs("response.output_item.added", {
        output_index: 0,
        item: { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: "" },
      }),
      rs("response.function_call_arguments.delta", { output_index: 0, item_id: "fc_1", delta: '{"a"' }),
      rs("response.function_call_arguments.delta", { output_index: 0, item_id: "fc_x", delta: ":1}" }),
      rs("response.function_call_arguments.done", { output_index: 0, item_id: "fc_1", arguments: '{"a":1}' }),
      rs("response.completed", {
        response: rsR("completed", [
          { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: '{"a":1}' },
        ]),
      }),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed("done-behind", `${streamedAnswer}data: [DONE]\n\n`),
  streamed(
    "usage-strings",
    rsS(
      ...rsText.slice(1),
      rs("response.completed", {
        response: rsR("completed", [rsMsg("hello there")], { usage: { input_tokens: "7", output_tokens: "5" } }),
      }),
    ),
  ),
  streamed(
    "usage-null",
    rsS(
      ...rsText.slice(1),
      rs("response.completed", { response: rsR("completed", [rsMsg("hello there")], { usage: null }) }),
    ),
    { text: "hello there", finish: "stop", charged: "estimate" },
  ),
  whole("status-failed", JSON.stringify(rsR("failed", [], { error: { code: "server_error", message: "boom" } })), {
    error: 502,
  }),
  whole(
    "status-incomplete",
    JSON.stringify(rsR("incomplete", [rsMsg("hello there")], { incomplete_details: { reason: "max_output_tokens" } })),
    { ...greeting, finish: "length" },
  ),
  whole("output-null", JSON.stringify(rsR("completed", null)), { text: "", charged: [7, 5] }),
];
