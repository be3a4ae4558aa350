import { argumentsObject, type Block } from "../../scripts/blocks.ts";
import type { DemoCall, Finish } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";

/** `done_reason`. */
export const doneReasons = {
  stop: "stop",
  length: "length",
  tool_calls: "stop",
  content_filter: "stop",
  "stop-sequence": "stop",
  pause: "stop",
  context: "length",
  recitation: "stop",
  blocklist: "stop",
  spii: "stop",
  prohibited: "stop",
  "malformed-call": "stop",
} satisfies Record<Finish, string>;

/** What a line or a whole answer says; empty thinking and calls are left out. */
export type Said = { content: string; thinking: string; calls: readonly object[] };

export const silence: Said = { content: "", thinking: "", calls: [] };

/** How the two paths write what is said: in a message, or beside it. */
export type Voice = "chat" | "generate";

const nanosPerInputToken = 100_000;
const nanosPerOutputToken = 1_000_000;
const loadNanos = 1_000_000;

/** The fields that stand in front of every line. */
export function head(call: DemoCall, { created }: Stamp) {
  return { model: call.model, created_at: new Date(created * 1000).toISOString() };
}

export function sayAs(voice: Voice, { content, thinking, calls }: Said) {
  const more = { ...(thinking !== "" && { thinking }), ...(calls.length > 0 && { tool_calls: calls }) };
  return voice === "chat" ? { message: { role: "assistant", content, ...more } } : { response: content, ...more };
}

/** A call of a tool: whole, its arguments an object. */
export function encodeCall(block: Extract<Block, { kind: "tool" }>) {
  const { call, id, name, argumentsText } = block;
  return { id, function: { index: call, name, arguments: argumentsObject(argumentsText) } };
}

/** Counts and durations (in nanoseconds, made up from the counts). Go leaves out what is zero. */
export function encodeUsage({ input, output }: UsageCount) {
  const promptNanos = input * nanosPerInputToken;
  const evalNanos = output * nanosPerOutputToken;
  return {
    total_duration: loadNanos + promptNanos + evalNanos,
    load_duration: loadNanos,
    ...(input > 0 && { prompt_eval_count: input, prompt_eval_duration: promptNanos }),
    ...(output > 0 && { eval_count: output, eval_duration: evalNanos }),
  };
}

/** A request that says nothing only loads the model. */
export function isLoad(call: DemoCall): boolean {
  return call.turns.length === 0;
}
