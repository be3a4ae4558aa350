import { countLogprobs, type Logprob } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, wholeTally } from "../../scripts/usage-count.ts";
import { encodeLogprob } from "../openai-chat/logprobs.ts";
import type { Stamp, Step } from "../protocol.ts";
import { streamSteps } from "../stream-steps.ts";
import { doneReasons, encodeCall, encodeUsage, head, isLoad, sayAs, silence, type Voice } from "./reply.ts";

/** One JSON object a line; calls of tools come whole; the last line says `done`, the reason, counts and durations. */
export function encodeStream(voice: Voice, call: DemoCall, answer: Answer, stamp: Stamp): Iterator<Step> {
  const first = head(call, stamp);
  const line = (fields: object) => `${JSON.stringify({ ...first, ...fields })}\n`;
  const logprobs = countLogprobs(call);
  const say = (said: Partial<typeof silence>, logprob?: Logprob) =>
    line({
      ...sayAs(voice, { ...silence, ...said }),
      done: false,
      ...(logprob && { logprobs: [encodeLogprob(logprob)] }),
    });
  if (isLoad(call)) return [loadStep(line, voice)].values();
  return streamSteps(call, answer, {
    start: () => "",
    open: () => "",
    delta(_block, _index, piece) {
      if (piece.kind === "text" || piece.kind === "refusal") return say({ content: piece.text }, logprobs(piece));
      return piece.kind === "reasoning" ? say({ thinking: piece.text }) : "";
    },
    close: (block) => (block.kind === "tool" ? say({ calls: [encodeCall(block)] }) : ""),
    finish: (finish) => {
      const usage = encodeUsage(countUsage(call, answer, wholeTally(call, answer)));
      const context = voice === "generate" ? { context: [] } : {};
      const end = { done: true, done_reason: doneReasons[finish], ...context };
      return line({ ...sayAs(voice, silence), ...end, ...(answer.usage.report !== "never" && usage) });
    },
    end: () => "",
    error: () => '{"error":"The engine died."}\n',
  });
}

function loadStep(line: (fields: object) => string, voice: Voice): Step {
  const text = line({ ...sayAs(voice, silence), done: true, done_reason: "load" });
  return { kind: "frame", text, content: false, paced: false };
}
