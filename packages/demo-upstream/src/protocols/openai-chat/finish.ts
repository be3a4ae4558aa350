import type { Finish } from "../../scripts/plan.ts";

/** `finish_reason` of chat completions. */
export const finishReasons = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
  "stop-sequence": "stop",
  pause: "stop",
  context: "length",
  recitation: "content_filter",
  blocklist: "content_filter",
  spii: "content_filter",
  prohibited: "content_filter",
  "malformed-call": "stop",
} satisfies Record<Finish, string>;
