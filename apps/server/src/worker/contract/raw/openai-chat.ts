import { greeting, type RawCase, sse, streamed, whole } from "./frames.ts";

/** Chat completions as OpenAI streams them, and as vLLM, DashScope, DeepSeek, Moonshot, MiniMax, OpenRouter, llama.cpp and others do. */
const cc = (delta: unknown, finish: unknown = null, more: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});
const counted = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 };
const ccU = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage: counted };
const ccS = (...values: unknown[]) => sse(...values, ccU, "[DONE]");
const call1 = [["f", '{"a":1}']] as const;

export const wholeAnswer = {
  id: "c1",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hello there" }, finish_reason: "stop" }],
  usage: counted,
};
export const streamedAnswer = sse(
  cc({ role: "assistant", content: "" }),
  cc({ content: "hello " }),
  cc({ content: "there" }),
  cc({}, "stop"),
  ccU,
  "[DONE]",
);

export const cases: readonly RawCase[] = [
  streamed("finish-error", ccS(cc({ content: "hello " }), cc({}, "error")), { error: "in stream" }),
  streamed(
    "reasoning",
    ccS(cc({ role: "assistant", reasoning: "mm" }), cc({ role: "assistant", content: "hello there" }), cc({}, "stop")),
    { ...greeting, reasoning: "mm" },
  ),
  streamed(
    "reasoning_content",
    ccS(
      cc({ role: "assistant", content: null, reasoning_content: "mm" }),
      cc({ reasoning_content: null, content: "hello there" }),
      cc({}, "stop"),
    ),
    { ...greeting, reasoning: "mm" },
  ),
  streamed("think-tags", ccS(cc({ content: "<think>a</think>hello" }), cc({}, "stop")), {
    ...greeting,
    text: "<think>a</think>hello",
  }),
  streamed(
    "tool-no-index",
    ccS(
      cc({ tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: '{"a"' } }] }),
      cc({ tool_calls: [{ function: { arguments: ":1}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-no-id-type",
    ccS(
      cc({ tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a"' } }] }),
      cc({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-id-empty-later",
    ccS(
      cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: "" } }] }),
      cc({ tool_calls: [{ index: 0, id: "", type: "", function: { name: "", arguments: '{"a":1}' } }] }),
      cc({ tool_calls: [{ index: 0, id: null, function: { name: null, arguments: null } }] }),
      cc({}, "stop"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-name-repeat",
    ccS(
      cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: '{"a"' } }] }),
      cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: ":1}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-name-split",
    ccS(
      cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "get_" } }] }),
      cc({ tool_calls: [{ index: 0, function: { name: "weather", arguments: "{}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: [["get_weather", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-id-first-name-later",
    ccS(
      cc({ tool_calls: [{ index: 0, id: "c1" }] }),
      cc({ tool_calls: [{ index: 0, function: { name: "f" } }] }),
      cc({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-args-object",
    ccS(
      cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: { a: 1 } } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  whole(
    "tool-args-object",
    JSON.stringify({
      ...wholeAnswer,
      choices: [
        {
          message: { role: "assistant", content: null, tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }] },
          finish_reason: "stop",
        },
      ],
    }),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-args-null",
    ccS(cc({ tool_calls: [{ index: 0, id: "c1", function: { name: "f", arguments: null } }] }), cc({}, "tool_calls")),
    { calls: [["f", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-same-index",
    ccS(
      cc({
        tool_calls: [
          { index: 0, id: "c1", function: { name: "f", arguments: '{"a":1}' } },
          { index: 0, id: "c2", function: { name: "g", arguments: "{}" } },
        ],
      }),
      cc({}, "tool_calls"),
    ),
    { calls: [...call1, ["g", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-same-index-noid",
    ccS(
      cc({ tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a":1}' } }] }),
      cc({ tool_calls: [{ index: 0, function: { name: "g", arguments: "{}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: [...call1, ["g", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-same-name-noid",
    ccS(
      cc({
        tool_calls: [
          { index: 0, function: { name: "f", arguments: '{"a":1}' } },
          { index: 0, function: { name: "f", arguments: '{"a":2}' } },
        ],
      }),
      cc({}, "tool_calls"),
    ),
    { calls: [...call1, ["f", '{"a":2}']], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "tool-index-string",
    ccS(
      cc({ tool_calls: [{ index: "0", id: "c1", function: { name: "f", arguments: '{"a"' } }] }),
      cc({ tool_calls: [{ index: "0", function: { arguments: ":1}" } }] }),
      cc({}, "tool_calls"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "function_call",
    ccS(
      cc({ function_call: { name: "f", arguments: '{"a"' } }),
      cc({ function_call: { arguments: ":1}" } }),
      cc({}, "function_call"),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed("tool-empty-list", ccS(cc({ content: "hello there", tool_calls: [] }), cc({ tool_calls: null }, "stop"))),
  streamed(
    "choices-null",
    sse(
      { id: "x", choices: null },
      cc({ content: "hello there" }),
      cc({}, "stop"),
      { ...ccU, choices: null },
      "[DONE]",
    ),
  ),
  streamed(
    "choices-empty",
    sse(
      { id: "x", choices: [], prompt_filter_results: [] },
      cc({ content: "hello there" }),
      cc({}, "stop"),
      ccU,
      "[DONE]",
    ),
  ),
  streamed("delta-null", ccS(cc(null), cc({ content: "hello there" }), cc(null, "stop"))),
  streamed("usage-null", ccS(cc({ content: "hello there" }, null, { usage: null }), cc({}, "stop", { usage: null }))),
  streamed(
    "usage-string",
    sse(
      cc({ content: "hello there" }),
      cc({}, "stop", { usage: { prompt_tokens: "7", completion_tokens: "5" } }),
      "[DONE]",
    ),
  ),
  streamed(
    "usage-float",
    sse(
      cc({ content: "hello there" }),
      cc({}, "stop", { usage: { prompt_tokens: 7.0, completion_tokens: 4.6 } }),
      "[DONE]",
    ),
  ),
  streamed(
    "usage-in-choice",
    sse(
      cc({ content: "hello there" }),
      {
        id: "x",
        choices: [{ index: 0, delta: {}, finish_reason: "stop", usage: { prompt_tokens: 7, completion_tokens: 5 } }],
      },
      "[DONE]",
    ),
  ),
  streamed(
    "usage-nul",
    sse(
      cc({ content: "hello there" }),
      cc({}, "stop", { usage: { prompt_tokens: 7, completion_tokens: 5, note: "\u0000\ud83d" } }),
      "[DONE]",
    ),
  ),
  whole(
    "usage-nul",
    JSON.stringify({
      ...wholeAnswer,
      usage: { prompt_tokens: 7, completion_tokens: 5, note: "\u0000\ud83d", huge: 1e308 },
    }),
  ),
  streamed(
    "usage-each",
    sse(
      cc({ content: "hello " }, null, { usage: { prompt_tokens: 7, completion_tokens: 1 } }),
      cc({ content: "there" }, null, { usage: { prompt_tokens: 7, completion_tokens: 4 } }),
      cc({}, "stop", { usage: { prompt_tokens: 7, completion_tokens: 5 } }),
      "[DONE]",
    ),
  ),
  streamed(
    "content-parts",
    ccS(
      cc({ content: [{ type: "text", text: "hello " }] }),
      cc({ content: [{ type: "text", text: "there" }] }),
      cc({}, "stop"),
    ),
  ),
  whole(
    "content-parts",
    JSON.stringify({
      ...wholeAnswer,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: [{ type: "text", text: "hello there" }] },
          finish_reason: "stop",
        },
      ],
    }),
  ),
  whole(
    "content-null",
    JSON.stringify({
      ...wholeAnswer,
      choices: [{ index: 0, message: { role: "assistant", content: null }, finish_reason: "stop" }],
    }),
    { text: "", finish: "stop", charged: [7, 5] },
  ),
  whole(
    "message-null",
    JSON.stringify({ ...wholeAnswer, choices: [{ index: 0, message: null, finish_reason: "stop" }] }),
    { text: "", finish: "stop", charged: [7, 5] },
  ),
  whole("choices-empty", JSON.stringify({ ...wholeAnswer, choices: [] }), { text: "", finish: "stop" }),
  ...["", "eos", "tool_use", "max_tokens", "abort", "STOP", "weird"].map((word) =>
    streamed(`finish-${word}`, ccS(cc({ content: "hello there" }, ""), cc({}, word)), {
      ...greeting,
      finish: word === "max_tokens" || word === "abort" ? "length" : "stop",
    }),
  ),
  streamed("finish-twice", ccS(cc({ content: "hello there" }), cc({}, "stop"), cc({}, "stop"))),
  streamed("content-after-finish", ccS(cc({ content: "hello " }, "stop"), cc({ content: "there" }), cc({}, "stop"))),
  streamed("finish-with-content", ccS(cc({ content: "hello there" }, "stop"))),
  streamed("no-done", sse(cc({ content: "hello there" }), cc({}, "stop"), ccU)),
  streamed("done-twice", `${ccS(cc({ content: "hello there" }), cc({}, "stop"))}data: [DONE]\n\n`),
  streamed("done-no-blank", `${sse(cc({ content: "hello there" }), cc({}, "stop"), ccU)}data: [DONE]`),
  streamed("done-no-blank1", `${sse(cc({ content: "hello there" }), cc({}, "stop"), ccU)}data: [DONE]\n`),
  streamed("last-no-blank", sse(cc({ content: "hello there" }), cc({}, "stop"), ccU).trimEnd()),
  streamed("finish-last-no-blank", sse(cc({ content: "hello there" }), cc({}, "stop")).trimEnd(), {
    text: "hello there",
    finish: "stop",
    charged: "estimate",
  }),
  streamed("single-newlines", streamedAnswer.replaceAll("\n\n", "\n")),
  streamed("done-glued", `${sse(cc({ content: "hello there" }), cc({}, "stop"), ccU).trimEnd()}\ndata: [DONE]\n\n`),
  streamed("events-named", streamedAnswer.replaceAll("data: {", "event: message\nid: 1\nretry: 10\ndata: {")),
  streamed("data-tight", streamedAnswer.replaceAll("data: ", "data:")),
  streamed(
    "pretty",
    `${[cc({ content: "hello there" }), cc({}, "stop"), ccU]
      .map(
        (v) =>
          `${JSON.stringify(v, null, 2)
            .split("\n")
            .map((l) => `data: ${l}`)
            .join("\n")}\n\n`,
      )
      .join("")}data: [DONE]\n\n`,
  ),
  streamed(
    "surrogates",
    `data: {"id":"1","choices":[{"index":0,"delta":{"content":"a\\ud83d"}}]}\n\ndata: {"id":"1","choices":[{"index":0,"delta":{"content":"\\ude00b"}}]}\n\n` +
      ccS(cc({}, "stop")),
    { ...greeting, text: "a😀b" },
  ),
  streamed(
    "lone-surrogate",
    `data: {"id":"1","choices":[{"index":0,"delta":{"content":"a\\ud83d"}}]}\n\n${ccS(cc({}, "stop"))}`,
    { finish: "stop", charged: [7, 5] },
  ),
  streamed("nul", ccS(cc({ content: "a\u0000b" }), cc({}, "stop")), { ...greeting, text: "a\u0000b" }),
  streamed("big-delta", ccS(cc({ content: "x".repeat(1_000_000) }), cc({}, "stop")), {
    text: "x".repeat(1_000_000),
    finish: "stop",
  }),
  streamed(
    "many-deltas",
    ccS(
      ...Array.from({ length: 10_000 }, () => cc({ content: "x" })),
      cc({}, "stop", { usage: { prompt_tokens: 7, completion_tokens: 10_000 } }),
    ).replace(JSON.stringify(ccU), JSON.stringify({ ...ccU, usage: { prompt_tokens: 7, completion_tokens: 10_000 } })),
    { text: "x".repeat(10_000), finish: "stop", charged: [7, 10_000] },
  ),
  streamed("refusal", ccS(cc({ refusal: "no " }), cc({ refusal: "way" }), cc({}, "stop")), {
    text: "no way",
    charged: [7, 5],
  }),
  streamed("error-mid", sse(cc({ content: "hello " }), { error: { message: "boom", type: "server_error" } }), {
    error: "in stream",
  }),
  streamed("error-mid-named", `${sse(cc({ content: "hello " }))}event: error\ndata: {"message":"boom"}\n\n`, {
    error: "in stream",
  }),
  streamed("error-null", ccS(cc({ content: "hello there" }, null, { error: null }), cc({}, "stop", { error: {} }))),
  streamed(
    "minimax-whole-again",
    ccS(cc({ content: "hello there" }), {
      id: "x",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "hello there" }, finish_reason: "stop" }],
    }),
  ),
  streamed(
    "finish-tear",
    sse(cc({ content: "hello there" }), cc({}, "stop")),
    { error: "in stream" },
    { ending: "tear" },
  ),
];
