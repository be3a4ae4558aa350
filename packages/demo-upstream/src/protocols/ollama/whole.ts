import { blocksOf, reach } from "../../scripts/blocks.ts";
import { textLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, wholeTally } from "../../scripts/usage-count.ts";
import { encodeLogprob } from "../openai-chat/logprobs.ts";
import type { Stamp } from "../protocol.ts";
import { doneReasons, encodeCall, encodeUsage, head, isLoad, sayAs, silence, type Voice } from "./reply.ts";

/** The body of an answer that is not streamed. */
export function encodeWhole(voice: Voice, call: DemoCall, answer: Answer, stamp: Stamp): string {
  const first = head(call, stamp);
  if (isLoad(call)) return JSON.stringify({ ...first, ...sayAs(voice, silence), done: true, done_reason: "load" });
  const blocks = blocksOf(call, answer);
  const textOf = (...kinds: readonly string[]) =>
    blocks.map((block) => (kinds.includes(block.kind) && "text" in block ? block.text : "")).join("");
  const said = {
    content: textOf("text", "refusal"),
    thinking: textOf("reasoning"),
    calls: blocks.flatMap((block) => (block.kind === "tool" ? [encodeCall(block)] : [])),
  };
  const usage = encodeUsage(countUsage(call, answer, wholeTally(call, answer)));
  const logprobs = textLogprobs(call, answer);
  return JSON.stringify({
    ...first,
    ...sayAs(voice, said),
    ...(logprobs && { logprobs: logprobs.map(encodeLogprob) }),
    done: true,
    done_reason: doneReasons[reach(call, answer).finish],
    ...(voice === "generate" && { context: [] }),
    ...(answer.usage.report !== "never" && usage),
  });
}
