import type { AppError, TokenUsage } from "@lyceum/domain";
import type { FinishReason } from "../../canonical/canonical-reply.ts";
import type { Citation, MediaPart } from "../../canonical/canonical-request.ts";
import type { ReplyContext, StreamEncoder } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { carryInId, type Signature } from "../../canonical/signature.ts";
import { encodeCitation } from "./encode-items.ts";
import { type Echo, type Ending, responseObject } from "./envelope.ts";
import { failureOf } from "./errors.ts";
import { namespacesIn, type SpacedName } from "./namespaces.ts";
import { OutputState, type WireEvent } from "./output-state.ts";
import { writeEncrypted } from "./thought.ts";
import { encodeUsage } from "./usage.ts";

/** One event as it stands in a stream. */
export function frameOf(event: WireEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Where a block of the answer stands in the output. `part`: of a message, or the text of a thought. */
type Place = { readonly index: number; readonly part: number };

/**
 * Writes a streamed answer: texts and refusals next to each other are parts of one message, every thought and every call is an item of its own
 * (case 59). Ids are made of the request's and the item's place, so that they hold through the stream and whatever the upstream's do.
 */
export class ResponsesEncoder implements StreamEncoder {
  readonly #context: ReplyContext;
  readonly #echo: Echo;
  readonly #spaced: ReadonlyMap<string, SpacedName>;
  readonly #state = new OutputState();
  readonly #places = new Map<number, Place>();
  /** Thoughts that are opaque altogether. */
  readonly #opaque = new Set<number>();
  /** The message that texts go into; null: the next one opens another. */
  #message: { readonly index: number; parts: number } | null = null;
  #refusal: Place | null = null;
  #hasRefusal = false;
  #next = 0;
  #sequence = 0;
  #hasBegun = false;
  #finish: FinishReason | null = null;
  #usage: TokenUsage | null = null;
  /** The whole response, once it has ended. */
  final: Record<string, unknown> | null = null;

  constructor(context: ReplyContext, echo: Echo) {
    this.#context = context;
    this.#echo = echo;
    this.#spaced = namespacesIn(echo.tools);
  }

  encode(event: ReplyEvent): string {
    const begin = this.#begin();
    if ("choice" in event && event.choice !== 0) return begin;
    return begin + this.#encode(event);
  }

  end(): string {
    let text = this.#begin() + this.#closeMessage();
    for (const index of this.#state.openItems) text += this.#close(index);
    const reason = this.#finish ?? "length";
    const isBlocked = reason === "content-filter" && !this.#hasRefusal;
    const incompleteReason = reason === "length" ? "max_output_tokens" : isBlocked ? "content_filter" : null;
    const status = incompleteReason === null ? "completed" : "incomplete";
    this.final = this.#response({ status, incompleteReason, error: null, usage: encodeUsage(this.#usage) });
    return text + this.#write({ type: `response.${status}`, response: this.final });
  }

  error(error: AppError, _requestId: string): string {
    const failure = failureOf(error);
    const text = this.#begin() + this.#write({ type: "error", ...failure, param: null });
    const response = this.#response({ status: "failed", incompleteReason: null, error: failure, usage: null });
    return text + this.#write({ type: "response.failed", response });
  }

  #encode(event: ReplyEvent): string {
    switch (event.type) {
      case "text-start":
        return this.#openPart(event.block, { type: "output_text", text: "", annotations: [], logprobs: [] });
      case "text-delta":
        return this.#delta(event.block, "response.output_text.delta", event.text, { logprobs: event.logprobs ?? [] });
      case "citation":
        return this.#cite(event.block, event.citation);
      case "text-end": {
        const place = this.#places.get(event.block);
        return place === undefined ? "" : this.#writeAll(this.#state.closingPart(place.index, place.part));
      }
      case "refusal-delta":
        return this.#refuse(event.text);
      case "reasoning-start":
        return this.#openThought(event.block, event.isRedacted === true);
      case "reasoning-delta":
        return this.#think(event.block, event.text);
      case "reasoning-end":
        return this.#closeThought(event.block, event.signature);
      case "tool-input-start":
        return this.#openCall(event);
      case "tool-input-delta":
        return this.#callDelta(event.block, event.text);
      case "tool-input-end":
        return this.#closeCall(event.block);
      case "media":
        return this.#media(event.part);
      case "finish":
        this.#finish = event.reason;
        return "";
      case "usage":
        this.#usage = event.usage;
        return "";
      case "start":
      case "error":
        return "";
      default:
        return event satisfies never;
    }
  }

  #begin(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    const response = this.#response({ status: "in_progress", incompleteReason: null, error: null, usage: null });
    return (
      this.#write({ type: "response.created", response }) + this.#write({ type: "response.in_progress", response })
    );
  }

  #response(ending: Omit<Ending, "output">): Record<string, unknown> {
    return responseObject(this.#context, this.#echo, { ...ending, output: this.#state.output });
  }

  #openPart(block: number | null, part: Readonly<Record<string, unknown>>): string {
    let text = "";
    if (this.#message === null) {
      const index = this.#next++;
      text = this.#add(index, "msg", { type: "message", status: "in_progress", role: "assistant", content: [] });
      this.#message = { index, parts: 0 };
    }
    const place = { index: this.#message.index, part: this.#message.parts++ };
    if (block === null) this.#refusal = place;
    else {
      text += this.#closeRefusal();
      this.#places.set(block, place);
    }
    return text + this.#write({ type: "response.content_part.added", ...this.#at(place), part });
  }

  #refuse(delta: string): string {
    this.#hasRefusal = true;
    const opening = this.#refusal === null ? this.#openPart(null, { type: "refusal", refusal: "" }) : "";
    if (this.#refusal === null || delta === "") return opening;
    return opening + this.#write({ type: "response.refusal.delta", ...this.#at(this.#refusal), delta });
  }

  #closeRefusal(): string {
    const place = this.#refusal;
    this.#refusal = null;
    return place === null ? "" : this.#writeAll(this.#state.closingPart(place.index, place.part));
  }

  #cite(block: number, citation: Citation): string {
    const place = this.#places.get(block);
    if (place === undefined) return "";
    const item = this.#state.item(place.index);
    const part: unknown = Array.isArray(item?.content) ? item.content[place.part] : undefined;
    const annotations = (part as { annotations?: unknown[] } | undefined)?.annotations ?? [];
    const annotation = encodeCitation(citation);
    const at = { ...this.#at(place), annotation_index: annotations.length };
    return this.#write({ type: "response.output_text.annotation.added", ...at, annotation });
  }

  #openThought(block: number, isRedacted: boolean): string {
    if (isRedacted) this.#opaque.add(block);
    const text = this.#closeMessage();
    const index = this.#next++;
    this.#places.set(block, { index, part: -1 });
    return text + this.#add(index, "rs", { type: "reasoning", summary: [] });
  }

  #think(block: number, delta: string): string {
    let place = this.#places.get(block);
    if (place === undefined || delta === "") return "";
    let text = "";
    if (place.part < 0) {
      place = { index: place.index, part: 0 };
      this.#places.set(block, place);
      const part = { type: "summary_text", text: "" };
      text = this.#write({ type: "response.reasoning_summary_part.added", ...this.#summaryAt(place), part });
    }
    return text + this.#write({ type: "response.reasoning_summary_text.delta", ...this.#summaryAt(place), delta });
  }

  #closeThought(block: number, signature: Signature | null): string {
    const place = this.#places.get(block);
    const item = place && this.#state.item(place.index);
    if (place === undefined || item === undefined) return "";
    if (signature !== null) item.encrypted_content = writeEncrypted(signature, this.#opaque.has(block));
    return this.#close(place.index);
  }

  #openCall(event: Extract<ReplyEvent, { type: "tool-input-start" }>): string {
    const text = this.#closeMessage();
    const index = this.#next++;
    this.#places.set(event.block, { index, part: 0 });
    const name = this.#spaced.get(event.name) ?? { name: event.name };
    const named = { status: "in_progress", call_id: carryInId(event.id, event.signature), ...name };
    if (event.isCustom === true)
      return text + this.#add(index, "ctc", { type: "custom_tool_call", ...named, input: "" });
    return text + this.#add(index, "fc", { type: "function_call", ...named, arguments: "" });
  }

  #callDelta(block: number, delta: string): string {
    const place = this.#places.get(block);
    if (place === undefined || delta === "") return "";
    const isCustom = this.#state.item(place.index)?.type === "custom_tool_call";
    const type = isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
    return this.#write({ type, ...this.#itemAt(place.index), delta });
  }

  /** No arguments are an empty object (case 9). */
  #closeCall(block: number): string {
    const place = this.#places.get(block);
    if (place === undefined) return "";
    const item = this.#state.item(place.index);
    const text = item?.type === "function_call" && item.arguments === "" ? this.#callDelta(block, "{}") : "";
    return text + this.#close(place.index);
  }

  /** Images have an item here; what else a model may make is said in words where it has any. */
  #media(part: MediaPart): string {
    const { source } = part;
    if (part.type === "image" && source.kind === "base64") {
      const text = this.#closeMessage();
      const index = this.#next++;
      const image = { type: "image_generation_call", status: "completed", result: source.data };
      return text + this.#add(index, "ig", image) + this.#close(index);
    }
    const words = part.transcript ?? (source.kind === "url" ? source.url : "");
    if (words === "") return "";
    const block = -1 - this.#next;
    return (
      this.#encode({ type: "text-start", choice: 0, block }) +
      this.#encode({ type: "text-delta", choice: 0, block, text: words }) +
      this.#encode({ type: "text-end", choice: 0, block })
    );
  }

  #delta(block: number, type: string, delta: string, more: object): string {
    const place = this.#places.get(block);
    return place === undefined || delta === "" ? "" : this.#write({ type, ...this.#at(place), delta, ...more });
  }

  #closeMessage(): string {
    const message = this.#message;
    this.#message = null;
    this.#refusal = null;
    return message === null ? "" : this.#close(message.index);
  }

  #close(index: number): string {
    return this.#writeAll(this.#state.closing(index, this.#finish === "length" ? "incomplete" : "completed"));
  }

  #add(index: number, kind: string, item: Readonly<Record<string, unknown>>): string {
    const id = `${kind}_${this.#context.requestId.replaceAll("-", "")}${index.toString(16).padStart(4, "0")}`;
    return this.#write({ type: "response.output_item.added", output_index: index, item: { id, ...item } });
  }

  #itemAt(index: number) {
    return { item_id: this.#state.item(index)?.id, output_index: index };
  }

  #at({ index, part }: Place) {
    return { ...this.#itemAt(index), content_index: part };
  }

  #summaryAt({ index, part }: Place) {
    return { ...this.#itemAt(index), summary_index: part };
  }

  #writeAll(events: readonly WireEvent[]): string {
    return events.map((event) => this.#write(event)).join("");
  }

  #write(event: WireEvent): string {
    this.#state.apply(event);
    const { type, ...rest } = event;
    return frameOf({ type, sequence_number: this.#sequence++, ...rest });
  }
}
