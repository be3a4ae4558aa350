import { shortConclusion, shortReasoning } from "./passages.ts";
import { cutText, joinPieces, listPieces } from "./pieces.ts";
import { answer, type DemoCall, type Script } from "./plan.ts";
import { toolPieces } from "./tool-calls.ts";

const thoughts = cutText(shortReasoning, "reasoning");
const conclusion = cutText(shortConclusion);
const redacted = listPieces([{ kind: "redacted", data: "demo-hidden-thought" }]);

/** Scripts that think before they answer. */
export const thinkingScripts: readonly Script[] = [
  {
    family: "demo-reasoning",
    example: "demo-reasoning",
    description: "reasoning chunks, then content; reasoning tokens are reported",
    plan: () => answer(joinPieces(thoughts, conclusion)),
  },
  {
    family: "demo-thinking-if-asked",
    example: "demo-thinking-if-asked",
    description:
      "shows thoughts only if the request wants to see them; the first says how much was wanted: effort=…, budget=… or wanted",
    plan: (call) =>
      answer(
        call.thinking && !call.thinking.hidden
          ? joinPieces(cutText(`${wanted(call)} `, "reasoning"), conclusion)
          : conclusion,
      ),
  },
  {
    family: "demo-thinking-tools",
    example: "demo-thinking-tools",
    description: "reasoning, then calls of tools like demo-tools; reasoning and text after a tool result",
    plan: (call) =>
      call.tools.length > 0 && !call.afterTool
        ? answer(joinPieces(thoughts, toolPieces(call)), { finish: "tool_calls" })
        : answer(joinPieces(thoughts, conclusion)),
  },
  {
    family: "demo-raw-reasoning",
    example: "demo-raw-reasoning",
    description:
      "like demo-reasoning; chat completions call it `reasoning`, responses have it as reasoning_text in `content`, as of vLLM",
    plan: () => answer(joinPieces(thoughts, conclusion), { quirks: { rawReasoning: true } }),
  },
  {
    family: "demo-think-tags",
    example: "demo-think-tags",
    description: "reasoning within <think> tags in the text, as of servers that do not take it apart",
    plan: () => answer(cutText(`<think>\n${shortReasoning}\n</think>\n\n${shortConclusion}`)),
  },
  {
    family: "demo-redacted-thinking",
    example: "demo-redacted-thinking",
    description: "reasoning, then reasoning nobody may read, then content",
    plan: () => answer(joinPieces(joinPieces(thoughts, redacted), conclusion)),
  },
];

function wanted({ thinking }: DemoCall): string {
  if (thinking?.budgetTokens !== undefined) return `budget=${thinking.budgetTokens}`;
  return thinking?.effort === undefined ? "wanted" : `effort=${thinking.effort}`;
}
