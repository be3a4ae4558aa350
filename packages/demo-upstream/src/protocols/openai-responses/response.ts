import type { Block } from "../../scripts/blocks.ts";
import type { Logprob } from "../../scripts/logprobs.ts";
import type { Answer, Citation, DemoCall, Finish } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";
import { encodeLogprob } from "../openai-chat/logprobs.ts";
import type { Stamp } from "../protocol.ts";
import { sign } from "../signatures.ts";
import type { Body } from "./schema.ts";

/** What an answer needs to know of its request. */
export type Asked = {
  body: Body;
  customNames: ReadonlySet<string>;
  /** The script shows thinking itself instead of a summary. */
  isRaw?: boolean;
};

/** Why a response is incomplete; others are complete. */
const incompleteReasons: Partial<Record<Finish, string>> = {
  length: "max_output_tokens",
  context: "max_output_tokens",
  content_filter: "content_filter",
  recitation: "content_filter",
  blocklist: "content_filter",
  spii: "content_filter",
  prohibited: "content_filter",
};

/** The fields that say how a response ended. */
export function endFields(finish: Finish) {
  const reason = incompleteReasons[finish];
  return reason
    ? { status: "incomplete", incomplete_details: { reason } }
    : { status: "completed", incomplete_details: null };
}

/** A response object without output, still in progress. */
export function emptyResponse(call: DemoCall, { body }: Asked, { ordinal, created }: Stamp) {
  return {
    id: `resp_demo_${ordinal}`,
    object: "response",
    created_at: created,
    status: "in_progress",
    background: body.background ?? false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: call.model,
    output: [],
    parallel_tool_calls: call.parallelTools,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: body.reasoning?.effort ?? null, summary: body.reasoning?.summary ?? null },
    service_tier: "default",
    store: body.store ?? true,
    temperature: call.temperature ?? 1,
    text: { format: body.text?.format ?? { type: "text" }, verbosity: body.text?.verbosity ?? "medium" },
    tool_choice: body.tool_choice ?? "auto",
    tools: body.tools ?? [],
    top_p: call.topP ?? 1,
    truncation: body.truncation ?? "disabled",
    usage: null,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  };
}

export function encodeUsage(usage: UsageCount, { usage: script }: Answer) {
  const { input, output, cached, cacheWrite, reasoning } = usage;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, ...(script.shares && { cache_write_tokens: cacheWrite }) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** The id of a block's item: its prefix tells the type. */
export function itemId(block: Block, id: string, { customNames }: Asked): string {
  switch (block.kind) {
    case "text":
    case "refusal":
      return `msg_${id}`;
    case "reasoning":
    case "redacted":
      return `rs_${id}`;
    case "tool":
      return customNames.has(block.name) ? `ctc_${id}` : `fc_${id}`;
  }
}

/** A block's item as far as it has come; `status` of those that have one, `content` of messages. */
export function encodeItem(block: Block, id: string, status: string, asked: Asked, content: readonly object[] = []) {
  switch (block.kind) {
    case "text":
    case "refusal":
      return { id, type: "message", status, role: "assistant", content };
    case "reasoning":
    case "redacted": {
      const hidden = block.kind === "redacted" || block.text === "";
      if (asked.isRaw && !hidden) {
        return { id, type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: block.text }] };
      }
      const summary = hidden ? [] : [{ type: "summary_text", text: block.text }];
      return { id, type: "reasoning", summary, ...encrypted(block, asked) };
    }
    case "tool": {
      const { name, argumentsText } = block;
      const common = { status, call_id: block.id, name };
      return asked.customNames.has(name)
        ? { id, type: "custom_tool_call", ...common, input: argumentsText }
        : { id, type: "function_call", ...common, arguments: argumentsText };
    }
  }
}

/** A part of a message; `logprobs` of its text where they are wanted. */
export function encodePart(block: Extract<Block, { kind: "text" | "refusal" }>, logprobs: readonly Logprob[] = []) {
  if (block.kind === "refusal") return { type: "refusal", refusal: block.text };
  const annotations = block.citations.map((citation) => annotationOf(citation, block.text.length));
  return { type: "output_text", text: block.text, annotations, logprobs: logprobs.map(encodeLogprob) };
}

export function annotationOf({ url, title }: Citation, end: number) {
  return { type: "url_citation", start_index: 0, end_index: end, url, title };
}

/** The thought itself, for clients that keep the conversation themselves. */
function encrypted(block: Block, { body }: Asked) {
  if (!body.include?.includes("reasoning.encrypted_content")) return {};
  const subject = block.kind === "reasoning" ? block.text : block.kind;
  return { encrypted_content: sign("responses-reasoning", subject) };
}
