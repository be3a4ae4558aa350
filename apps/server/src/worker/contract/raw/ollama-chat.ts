import { greeting, lines, type RawCase, streamed } from "./frames.ts";

/** Lines as Ollama sends them, of today and of earlier versions, and as servers do that take after it. */
const ol = (message: unknown, more: object = {}) => ({
  model: "m",
  created_at: "2026-01-01T00:00:00Z",
  message,
  done: false,
  ...more,
});
const olEnd = {
  done: true,
  done_reason: "stop",
  prompt_eval_count: 7,
  eval_count: 5,
  total_duration: 1,
  load_duration: 1,
  prompt_eval_duration: 1,
  eval_duration: 1,
};
const call1 = [["f", '{"a":1}']] as const;

export const wholeAnswer = ol({ role: "assistant", content: "hello there" }, olEnd);
export const streamedAnswer = lines(
  ol({ role: "assistant", content: "hello " }),
  ol({ role: "assistant", content: "there" }),
  ol({ role: "assistant", content: "" }, olEnd),
);

export const cases: readonly RawCase[] = [
  streamed("empty-lines", `\n\n${streamedAnswer.replaceAll("\n", "\n\n")}`),
  streamed("done-twice", streamedAnswer + lines(ol({ role: "assistant", content: "" }, olEnd))),
  streamed("error-line", lines(ol({ content: "hello " }), { error: "boom" }), { error: "in stream" }),
  streamed(
    "calls-last",
    lines(
      ol({ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: { a: 1 } } }] }, olEnd),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "calls-string",
    lines(
      ol({ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: '{"a":1}' } }] }),
      ol({ content: "" }, olEnd),
    ),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "calls-no-args",
    lines(
      ol({ role: "assistant", content: "", tool_calls: [{ function: { name: "f" } }] }),
      ol({ content: "" }, olEnd),
    ),
    { calls: [["f", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed("no-counts", lines(ol({ content: "hello there" }), ol({ content: "" }, { done: true })), {
    text: "hello there",
    finish: "stop",
    charged: "estimate",
  }),
  streamed("no-message-at-end", lines(ol({ content: "hello there" }), { model: "m", ...olEnd })),
  streamed("message-null", lines(ol({ content: "hello there" }), { model: "m", message: null, ...olEnd })),
  streamed(
    "count-strings",
    lines(ol({ content: "hello there" }), ol({ content: "" }, { ...olEnd, prompt_eval_count: "7", eval_count: "5" })),
  ),
  streamed("done-null", lines(ol({ content: "hello there" }, { done: null }), ol({ content: "" }, olEnd))),
  streamed("no-done", lines(ol({ content: "hello there" })), { error: "in stream" }),
  streamed("last-no-newline", streamedAnswer.trimEnd()),
  streamed(
    "thinking",
    lines(ol({ content: "", thinking: "mm" }), ol({ content: "hello there" }), ol({ content: "" }, olEnd)),
    { ...greeting, reasoning: "mm" },
  ),
  streamed("content-null", lines(ol({ content: null }), ol({ content: "hello there" }), ol({ content: null }, olEnd))),
  streamed(
    "images-null",
    lines(ol({ content: "hello there", images: null, tool_calls: null }), ol({ content: "" }, olEnd)),
  ),
];
