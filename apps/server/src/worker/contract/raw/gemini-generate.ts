import { greeting, jsonType, type RawCase, sse, streamed, whole } from "./frames.ts";

/** Pieces of an answer as Google sends them, with and without `alt=sse`, and as servers do that take after it. */
const gm = (parts: unknown, finishReason?: string, more: object = {}) => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...(finishReason && { finishReason }) }],
  modelVersion: "m",
  responseId: "r1",
  ...more,
});
const gmU = { usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5, totalTokenCount: 12 } };
const call1 = [["f", '{"a":1}']] as const;

export const wholeAnswer = gm([{ text: "hello there" }], "STOP", gmU);
export const streamedAnswer = sse(gm([{ text: "hello " }]), gm([{ text: "there" }], "STOP", gmU));

export const cases: readonly RawCase[] = [
  streamed(
    "no-candidates",
    sse(
      { usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 } },
      gm([{ text: "hello there" }]),
      { candidates: [], ...gmU },
      gm([], "STOP", gmU),
    ),
  ),
  streamed("candidates-null", sse({ candidates: null }, gm([{ text: "hello there" }], "STOP", gmU))),
  streamed(
    "safety-only",
    sse(
      { candidates: [{ index: 0, safetyRatings: [{ category: "X", probability: "LOW" }] }] },
      gm([{ text: "hello there" }], "STOP", gmU),
    ),
  ),
  streamed(
    "finish-no-parts",
    sse(gm([{ text: "hello there" }]), { candidates: [{ finishReason: "STOP", content: { role: "model" } }], ...gmU }),
  ),
  streamed(
    "content-null",
    sse(gm([{ text: "hello there" }]), { candidates: [{ finishReason: "STOP", content: null }], ...gmU }),
  ),
  streamed("parts-null", sse(gm(null), gm([{ text: "hello there" }]), gm(null, "STOP", gmU))),
  streamed("finish-each", sse(gm([{ text: "hello " }], "STOP"), gm([{ text: "there" }], "STOP", gmU))),
  streamed(
    "mixed",
    sse(gm([{ text: "mm", thought: true }, { text: "hello there" }, { functionCall: { name: "f" } }], "STOP", gmU)),
    { text: "hello there", reasoning: "mm", calls: [["f", "{}"]], finish: "tool-calls", charged: [7, 5] },
  ),
  streamed("call-null-args", sse(gm([{ functionCall: { name: "f", args: null, id: null } }], "STOP", gmU)), {
    calls: [["f", "{}"]],
    finish: "tool-calls",
    charged: [7, 5],
  }),
  streamed(
    "call-then-finish",
    sse(gm([{ functionCall: { name: "f", args: { a: 1 } } }]), gm([{ text: "" }], "STOP", gmU)),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "call-behind-finish",
    sse(gm([{ text: "" }], "STOP"), gm([{ functionCall: { name: "f", args: { a: 1 } } }], "STOP", gmU)),
    { calls: call1, finish: "tool-calls", charged: [7, 5] },
  ),
  streamed(
    "blocked",
    sse({ promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 } }),
    { text: "", finish: "content-filter" },
  ),
  whole(
    "blocked",
    JSON.stringify({
      promptFeedback: { blockReason: "SAFETY" },
      usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
    }),
    { text: "", finish: "content-filter" },
  ),
  streamed(
    "usage-cumulative",
    sse(
      gm([{ text: "hello " }], undefined, {
        usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 1, totalTokenCount: 8 },
      }),
      gm([{ text: "there" }], "STOP", gmU),
    ),
  ),
  streamed(
    "usage-strings",
    sse(
      gm([{ text: "hello there" }], "STOP", {
        usageMetadata: { promptTokenCount: "7", candidatesTokenCount: "5", totalTokenCount: "12" },
      }),
    ),
  ),
  streamed("array", JSON.stringify([gm([{ text: "hello " }]), gm([{ text: "there" }], "STOP", gmU)]), greeting, {
    headers: jsonType,
  }),
  streamed(
    "array-pretty",
    JSON.stringify([gm([{ text: "hello " }]), gm([{ text: "there" }], "STOP", gmU)], null, 2),
    greeting,
    { headers: jsonType },
  ),
  whole("array", JSON.stringify([gm([{ text: "hello " }]), gm([{ text: "there" }], "STOP", gmU)]), greeting, {
    headers: jsonType,
  }),
  streamed("done", `${streamedAnswer}data: [DONE]\n\n`),
  streamed("no-usage", sse(gm([{ text: "hello there" }], "STOP")), {
    text: "hello there",
    finish: "stop",
    charged: "estimate",
  }),
  streamed("malformed-call", sse(gm([], "MALFORMED_FUNCTION_CALL", gmU)), { text: "", charged: [7, 5] }),
  streamed(
    "other-parts",
    sse(
      gm(
        [
          { executableCode: { code: "1", language: "PYTHON" } },
          { codeExecutionResult: { output: "1" } },
          { text: "hello there" },
        ],
        "STOP",
        gmU,
      ),
    ),
  ),
  streamed("part-null", sse(gm([null, { text: "hello there" }, {}], "STOP", gmU))),
  streamed("error-mid", sse(gm([{ text: "hello " }]), { error: { code: 500, message: "x", status: "INTERNAL" } }), {
    error: "in stream",
  }),
];
