import { createHash } from "node:crypto";
import { Blocks } from "../../canonical/blocks.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { mediaTypeOf } from "../../canonical/sniff-media-type.ts";
import { finishReason, readUsage } from "./ending.ts";
import { complaintIn } from "./errors.ts";
import { argumentsText } from "./tools.ts";
import { replySchema, type WireReply, type WireToolCall } from "./wire.ts";

const figures = [
  "total_duration",
  "load_duration",
  "prompt_eval_count",
  "prompt_eval_duration",
  "eval_count",
  "eval_duration",
];

/** Reads the lines of one answer, of either endpoint. What can't be read is an `error` event. */
export class ReplyReader {
  readonly #emit: Emit;
  readonly #blocks: Blocks;
  #hasStarted = false;
  #calls = 0;
  /** The line with `done` has come. */
  isComplete = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#blocks = new Blocks(0, emit);
  }

  read(value: unknown): void {
    if (this.isComplete) return;
    const complaint = complaintIn(value);
    if (complaint !== null) {
      this.#emit({ type: "error", complaint });
      return;
    }
    const parsed = replySchema.safeParse(value);
    if (!parsed.success || saysNothing(parsed.data)) {
      this.#emit({
        type: "error",
        complaint: { message: "a line of the answer can't be read", code: "wrong_json" },
      });
      return;
    }
    if (!this.#hasStarted) this.#emit({ type: "start", id: "" });
    this.#hasStarted = true;
    this.#output(parsed.data);
    if (parsed.data.done === true) this.#finish(parsed.data);
  }

  #output(frame: WireReply): void {
    const { message, response, created_at: createdAt = "", logprobs } = frame;
    const said = message ?? { content: response ?? "", thinking: frame.thinking, tool_calls: frame.tool_calls };
    if (said.thinking) this.#blocks.reasoning(said.thinking);
    if (said.content) {
      // Those of thoughts have no place anywhere else.
      if (logprobs && logprobs.length > 0) this.#blocks.text(said.content, logprobs.map(asOpenAi));
      else this.#blocks.text(said.content);
    }
    for (const data of message?.images ?? []) this.#image(data);
    for (const call of said.tool_calls ?? []) this.#call(call, createdAt);
  }

  #image(data: string): void {
    const source = { kind: "base64", mediaType: mediaTypeOf(data, null), data } as const;
    this.#emit({ type: "media", choice: 0, block: this.#blocks.nextBlock(), part: { type: "image", source } });
  }

  /** Calls come whole. */
  #call(call: WireToolCall, createdAt: string): void {
    const key = this.#calls++;
    const { name } = call.function;
    const input = argumentsText(call.function.arguments);
    this.#blocks.openTool(key, { id: call.id || madeId([createdAt, key, name, input]), name });
    this.#blocks.toolInput(key, input);
    this.#blocks.closeTool(key);
  }

  #finish(frame: WireReply): void {
    this.isComplete = true;
    this.#blocks.finish(finishReason(frame.done_reason, this.#calls));
    const reported = figures.filter((name) => frame[name] !== undefined);
    if (reported.length === 0) return;
    const rawUsage = Object.fromEntries(reported.map((name) => [name, frame[name]]));
    this.#emit({ type: "usage", usage: readUsage(frame), rawUsage });
  }
}

/** Neither an answer's line nor the last one, which some servers send without a message. */
function saysNothing({ message, response, done }: WireReply): boolean {
  return (message ?? response ?? null) === null && done !== true;
}

/** Older servers give calls no id: the same one for the same call, and another in each turn of a conversation. */
function madeId(facts: readonly (string | number)[]): string {
  return `call_${createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 24)}`;
}

/** Ollama leaves out what is empty. */
function asOpenAi(logprob: Readonly<Record<string, unknown>>): object {
  const { bytes = null, top_logprobs: top = [] } = logprob;
  return { ...logprob, bytes, top_logprobs: top };
}
