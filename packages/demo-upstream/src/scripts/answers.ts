import { createHash } from "node:crypto";
import { shortConclusion, shortReasoning, shortText } from "./passages.ts";
import { cutText, joinPieces, listPieces, numberedPieces } from "./pieces.ts";
import { answer, type Script } from "./plan.ts";
import { toolPieces } from "./tool-calls.ts";

const fastPieces = listPieces([{ kind: "text", text: "ok" }]);

/** Scripts that answer as a healthy upstream would. */
export const answerScripts: readonly Script[] = [
  {
    family: "demo-text",
    example: "demo-text",
    description: "a short fixed answer in Chinese and English",
    plan: () => answer(cutText(shortText)),
  },
  {
    family: "demo-echo",
    example: "demo-echo",
    description: "answers with the text of the last user message",
    plan: (call) => answer(cutText(call.lastUserText)),
  },
  {
    family: "demo-fast",
    example: "demo-fast",
    description: 'answers "ok" at once: the target of benchmarks',
    plan: () => answer(fastPieces),
  },
  {
    family: "demo-chunks-N",
    example: "demo-chunks-200",
    description: 'N content chunks "0 ", "1 ", "2 ", … without delay',
    plan: (_call, [count = 0]) => answer(numberedPieces(count)),
  },
  {
    family: "demo-chunks-N-every-MSms",
    example: "demo-chunks-50-every-100ms",
    description: "the same, MS milliseconds before each chunk",
    plan: (_call, [count = 0, everyMs = 0]) => answer(numberedPieces(count), { everyMs }),
  },
  {
    family: "demo-reasoning",
    example: "demo-reasoning",
    description: "reasoning chunks, then content; reasoning tokens are reported",
    plan: () => answer(joinPieces(cutText(shortReasoning, "reasoning"), cutText(shortConclusion))),
  },
  {
    family: "demo-tools",
    example: "demo-tools",
    description:
      'calls the first tool offered (two calls if the last user text contains "two"); text after a tool result',
    plan: (call) =>
      call.tools.length > 0 && !call.afterTool
        ? answer(toolPieces(call), { finish: "tool_calls" })
        : answer(cutText(shortText)),
  },
  {
    family: "demo-image",
    example: "demo-image",
    description: "one line for each image in the last user message: sha256:HEX bytes:N type:MIME",
    plan: (call) =>
      answer(
        call.imageUrls.length === 0
          ? cutText("no image")
          : listPieces(call.imageUrls.map((url) => ({ kind: "text", text: `${digestImage(url)}\n` }))),
      ),
  },
  {
    family: "demo-n",
    example: "demo-n",
    description: "the short answer, as many times as n says (every model does this, up to 8)",
    plan: () => answer(cutText(shortText)),
  },
  {
    family: "demo-gzip",
    example: "demo-gzip",
    description: "the short answer, gzip-encoded whether accepted or not",
    plan: () => answer(cutText(shortText), { framing: "gzip" }),
  },
  {
    family: "demo-crlf",
    example: "demo-crlf",
    description: "the short answer; stream lines end in CRLF, with comments between the events",
    plan: () => answer(cutText(shortText), { framing: "crlf" }),
  },
  {
    family: "demo-split",
    example: "demo-split",
    description: "the short answer sent byte by byte, also inside characters",
    plan: () => answer(cutText(shortText), { framing: "split" }),
  },
];

function digestImage(url: string): string {
  const comma = url.indexOf(",");
  const header = /^data:([^;,]*)(?:;[^;,]*)*;base64$/.exec(url.slice(0, Math.max(comma, 0)));
  if (!header) return "not a base64 data URL";
  const bytes = Buffer.from(url.slice(comma + 1), "base64");
  const digest = createHash("sha256").update(bytes).digest("hex");
  return `sha256:${digest} bytes:${bytes.length} type:${header[1] || "text/plain"}`;
}
