import type { Answer, DemoCall } from "../scripts/plan.ts";
import { encodeUsage, wholeTally } from "./openai-chat-usage.ts";
import type { Stamp } from "./protocol.ts";

type ToolCall = { id: string; type: "function"; function: { name: string; arguments: string } };

/** The body of an answer that is not streamed. `n` choices say the same. */
export function encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string {
  const { pieces } = answer;
  const perChoice = Math.min(pieces.count, call.maxTokens);
  const message = JSON.stringify(assembleMessage(answer, perChoice));
  const finish = perChoice < pieces.count ? "length" : answer.finish;
  const choices = Array.from(
    { length: call.choices },
    (_, index) => `{"index":${index},"message":${message},"logprobs":null,"finish_reason":"${finish}"}`,
  );
  const usage =
    answer.usage.report === "never"
      ? ""
      : `,"usage":${encodeUsage(call, answer, wholeTally(pieces, perChoice, call.choices))}`;
  const head = `{"id":"chatcmpl-demo-${stamp.ordinal}","object":"chat.completion","created":${stamp.created}`;
  return `${head},"model":${JSON.stringify(call.model)},"choices":[${choices.join(",")}]${usage}}`;
}

function assembleMessage({ pieces }: Answer, perChoice: number) {
  const calls: ToolCall[] = [];
  let content = "";
  let reasoning = "";
  for (let index = 0; index < perChoice; index++) {
    const piece = pieces.at(index);
    if (piece.kind === "text") content += piece.text;
    else if (piece.kind === "reasoning") reasoning += piece.text;
    else {
      if (piece.opens) {
        calls.push({ id: piece.opens.id, type: "function", function: { name: piece.opens.name, arguments: "" } });
      }
      const last = calls.at(-1);
      if (last) last.function.arguments += piece.argumentsPart;
    }
  }
  return {
    role: "assistant",
    content: calls.length > 0 ? null : content,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
