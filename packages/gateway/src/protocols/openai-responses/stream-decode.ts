import { Blocks } from "../../canonical/blocks.ts";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { StreamDecoder } from "../../canonical/protocol.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { isRecord } from "../../json/is-record.ts";
import { parseJson } from "../../json/parse-json.ts";
import { complaintIn } from "../openai-chat/errors.ts";
import { ItemPlaces } from "./item-places.ts";
import { ItemReader, textOf } from "./item-reader.ts";
import { readUsage } from "./usage.ts";

type Frame = Readonly<Record<string, unknown>>;

/**
 * Reads a stream. Items are told apart by their place in the output, because some upstreams give them another id in every event (case 59). What
 * only the `done` events say (servers that send no deltas) is read from them.
 */
export class ResponsesDecoder implements StreamDecoder {
  readonly #emit: Emit;
  readonly #blocks: Blocks;
  readonly #items = new Map<number, ItemReader>();
  /** How many items there were so far. */
  #made = 0;
  #hasBegun = false;
  #hasCalls = false;
  #hasRefusal = false;
  isComplete = false;
  readonly #places = new ItemPlaces();
  /** What the frame last decoded holds; null: no object. */
  frame: Frame | null = null;
  /** The place in the output of the item that it speaks of; null: of none. */
  index: number | null = null;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#blocks = new Blocks(0, emit);
  }

  decode(data: string): void {
    this.frame = null;
    if (this.isComplete || data.trim() === "" || data.trim() === "[DONE]") return;
    const frame = parseJson(data);
    if (!isRecord(frame)) {
      this.#fail("an event of the stream is not JSON", "wrong_json");
      return;
    }
    this.take(frame);
  }

  /** Takes an event that is parsed. */
  take(frame: Frame): void {
    this.frame = frame;
    this.index = this.#places.of(frame);
    const type = typeof frame.type === "string" ? frame.type : "";
    if (type === "" || type === "error") this.#complain(frame, type === "error");
    else if (type.startsWith("response.")) this.#read(type.slice("response.".length), frame);
  }

  #read(type: string, frame: Frame): void {
    switch (type) {
      case "created":
      case "queued":
      case "in_progress":
        this.#begin(frame.response);
        return;
      case "completed":
      case "incomplete":
      case "done":
      case "cancelled":
      case "failed":
        this.#end(type, isRecord(frame.response) ? frame.response : {});
        return;
      default:
        this.#begin(undefined);
        this.#readItem(type, frame);
    }
  }

  #begin(response: unknown): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const id = isRecord(response) && typeof response.id === "string" ? response.id : "";
    this.#emit({ type: "start", id });
  }

  #readItem(type: string, frame: Frame): void {
    const { index } = this;
    if (index === null) return;
    if (type === "output_item.added") {
      // A place that is taken by what has ended is a number that the upstream doesn't count.
      if (this.#items.get(index)?.isDone === true) this.#items.delete(index);
      if (isRecord(frame.item)) this.#reader(index).open(frame.item);
      return;
    }
    const reader = this.#reader(index);
    switch (type) {
      case "output_item.done":
        if (isRecord(frame.item)) reader.finish(frame.item);
        return;
      case "output_text.delta":
        reader.text(numberOf(frame.content_index), textOf(frame.delta), frame.logprobs);
        return;
      case "output_text.done":
        reader.wholeText(numberOf(frame.content_index), textOf(frame.text));
        return;
      case "output_text.annotation.added":
        if (isRecord(frame.annotation)) reader.annotation(frame.annotation);
        return;
      case "refusal.delta":
        reader.refusal(textOf(frame.delta));
        return;
      case "refusal.done":
        reader.wholeRefusal(textOf(frame.refusal));
        return;
      case "reasoning_summary_text.delta":
        reader.thought("summary", numberOf(frame.summary_index), textOf(frame.delta));
        return;
      case "reasoning_text.delta":
        reader.thought("content", numberOf(frame.content_index), textOf(frame.delta));
        return;
      case "function_call_arguments.delta":
      case "custom_tool_call_input.delta":
        reader.input(textOf(frame.delta));
        return;
      case "function_call_arguments.done":
        reader.wholeInput(textOf(frame.arguments));
        return;
      case "custom_tool_call_input.done":
        reader.wholeInput(textOf(frame.input));
        return;
      default: // parts that open and close, and what nobody here asked for
    }
  }

  #reader(index: number): ItemReader {
    let reader = this.#items.get(index);
    if (reader === undefined) {
      reader = new ItemReader(this.#made++, this.#blocks, this.#emit, (what) => {
        if (what === "call") this.#hasCalls = true;
        else this.#hasRefusal = true;
      });
      this.#items.set(index, reader);
    }
    return reader;
  }

  #end(type: string, response: Frame): void {
    this.#begin(response);
    const status = typeof response.status === "string" ? response.status : type;
    if (type === "failed" || type === "cancelled" || status === "failed" || status === "cancelled") {
      const complaint = complaintIn(response) ?? { message: `the response has ${status}`, code: status };
      this.isComplete = true;
      this.#emit({ type: "error", complaint });
      return;
    }
    const output = Array.isArray(response.output) ? response.output : [];
    const streamed = this.#made;
    for (const [place, item] of output.entries()) {
      if (!isRecord(item)) continue;
      const index = this.#places.ofFinal(item, place);
      if (this.#items.has(index) || index >= streamed) this.#reader(index).finish(item);
    }
    const details = isRecord(response.incomplete_details) ? response.incomplete_details.reason : undefined;
    const usage = response.usage;
    if (usage !== undefined && usage !== null) this.#emit({ type: "usage", usage: readUsage(usage), rawUsage: usage });
    this.#blocks.finish(finishOf(status, details, { hasCalls: this.#hasCalls, hasRefusal: this.#hasRefusal }));
    this.isComplete = true;
  }

  /** An `error` event, or an error in no event's shape. */
  #complain(frame: Frame, isError: boolean): void {
    const complaint = complaintIn(frame);
    if (complaint !== null) this.#fail(complaint.message, complaint.code || textOf(frame.code));
    else if (isError) this.#fail("the upstream reported an error without words", textOf(frame.code));
  }

  #fail(message: string, code: string): void {
    this.isComplete = true;
    this.#emit({ type: "error", complaint: { message, code } });
  }
}

/** Why an answer ended (case 36). */
export function finishOf(
  status: string,
  incompleteReason: unknown,
  seen: { readonly hasCalls: boolean; readonly hasRefusal: boolean },
): FinishReason {
  if (status === "incomplete") return incompleteReason === "content_filter" ? "content-filter" : "length";
  if (seen.hasRefusal) return "content-filter";
  return seen.hasCalls ? "tool-calls" : "stop";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
