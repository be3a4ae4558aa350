import { blocksOf, reach } from "../../scripts/blocks.ts";
import { textLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { wholeTally } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";
import { finishReasons } from "./finish.ts";
import { encodeLogprobs } from "./logprobs.ts";
import { encodeUsage } from "./usage.ts";

type ToolCall = { id: string; type: "function"; function: { name: string; arguments: string } };

/** The body of an answer that is not streamed. `n` choices say the same. */
export function encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string {
  const message = JSON.stringify(assembleMessage(call, answer));
  const finish = answer.quirks.sloppyCalls ? "stop" : finishReasons[reach(call, answer).finish];
  const logprobs = encodeLogprobs(textLogprobs(call, answer));
  const choices = Array.from(
    { length: call.choices },
    (_, index) => `{"index":${index},"message":${message},"logprobs":${logprobs},"finish_reason":"${finish}"}`,
  );
  const usage =
    answer.usage.report === "never" ? "" : `,"usage":${encodeUsage(call, answer, wholeTally(call, answer))}`;
  const head = `{"id":"chatcmpl-demo-${stamp.ordinal}","object":"chat.completion","created":${stamp.created}`;
  return `${head},"model":${JSON.stringify(call.model)},"choices":[${choices.join(",")}]${usage}}`;
}

function assembleMessage(call: DemoCall, answer: Answer) {
  const calls: ToolCall[] = [];
  const annotations: unknown[] = [];
  let content = "";
  let reasoning = "";
  let refusal = "";
  for (const block of blocksOf(call, answer)) {
    switch (block.kind) {
      case "text": {
        content += block.text;
        annotations.push(...block.citations.map(({ url, title }) => annotation(url, title, content.length)));
        break;
      }
      case "reasoning":
        reasoning += block.text;
        break;
      case "refusal":
        refusal += block.text;
        break;
      case "tool": {
        const { id, name, argumentsText } = block;
        calls.push({ id, type: "function", function: { name, arguments: argumentsText } });
        break;
      }
      case "redacted": // There is no word for it here.
        break;
      default:
        block satisfies never;
    }
  }
  return {
    role: "assistant",
    content: content === "" && (calls.length > 0 || refusal) ? null : content,
    ...(refusal && { refusal }),
    ...(reasoning && { [answer.quirks.rawReasoning ? "reasoning" : "reasoning_content"]: reasoning }),
    ...(annotations.length > 0 && { annotations }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

/** A source of the text before `end`, as OpenAI's search models cite. */
export function annotation(url: string, title: string, end: number) {
  return { type: "url_citation", url_citation: { start_index: 0, end_index: end, url, title } };
}
