import { normaliseUsage, type TokenUsage } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";

/** `tool-calls`: Ollama says `stop` there too. `content_filter` it never says itself; its clients take any word. */
const doneReasons = {
  stop: "stop",
  length: "length",
  "tool-calls": "stop",
  "content-filter": "content_filter",
} as const satisfies Record<FinishReason, string>;

/** What the last line of an answer says beside its text. `firstOutputMs`: null where the answer came in one piece. */
export type Ending = {
  readonly finish: FinishReason;
  /** Tokens; where the upstream reported none, as we estimate them. */
  readonly input: number;
  readonly output: number;
  /** From the gateway's sending of the request. */
  readonly firstOutputMs: number | null;
  readonly totalMs: number;
};

/**
 * Ollama's figures as this gateway can measure them, in nanoseconds. `prompt_eval_duration`: until the first output arrived.
 * `eval_duration`: from there to the end; of an answer in one piece, whose parts nobody can tell apart, all of it. `load_duration` is 0:
 * nothing is loaded here.
 */
export function encodeEnding({ finish, input, output, firstOutputMs, totalMs }: Ending): object {
  const prompt = nanos(firstOutputMs ?? 0);
  const evaluation = Math.max(0, nanos(totalMs) - prompt);
  return {
    done: true,
    done_reason: doneReasons[finish],
    total_duration: prompt + evaluation,
    load_duration: 0,
    prompt_eval_count: input,
    prompt_eval_duration: prompt,
    eval_count: output,
    eval_duration: evaluation,
  };
}

function nanos(milliseconds: number): number {
  return Math.max(0, Math.round(milliseconds * 1_000_000));
}

/** `calls`: the answer holds some; Ollama says `stop` there. An upstream that only loaded its model said nothing, and stopped. */
export function finishReason(doneReason: string | null | undefined, calls: number): FinishReason {
  if (doneReason === "length") return "length";
  if (doneReason === "content_filter") return "content-filter";
  return calls > 0 ? "tool-calls" : "stop";
}

/** Null where both counts are missing or 0. Ollama leaves the count of a prompt out that it had cached whole. */
export function readUsage(frame: Readonly<Record<string, unknown>>): TokenUsage | null {
  const usage = normaliseUsage({ input: frame.prompt_eval_count, output: frame.eval_count });
  return usage.input === 0 && usage.output === 0 ? null : usage;
}
