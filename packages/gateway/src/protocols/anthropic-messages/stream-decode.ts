import type { StreamDecoder } from "../../canonical/protocol.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { isRecord } from "../../json/is-record.ts";
import { ANSWER_TOOL } from "./answer-tool.ts";
import { decodeCitation } from "./citations.ts";
import { complaintIn } from "./errors.ts";
import { argumentsIn, finishReason, madeCallId, signatureIn, textIn } from "./response.ts";
import { readUsage } from "./usage.ts";

/** `answer`: the call that is the answer's text. */
type Kind = "text" | "reasoning" | "tool" | "answer" | "other";
type Block = { readonly kind: Kind; readonly block: number; hasInput: boolean; input: unknown; signature: string };
type Wire = Readonly<Record<string, unknown>>;

/** The blocks that deltas without one belong to. */
const openings: Readonly<Record<string, Wire>> = {
  text_delta: { type: "text" },
  thinking_delta: { type: "thinking" },
};

/** Reads a stream of Anthropic's events (docs.anthropic.com/en/docs/build-with-claude/streaming). */
export class AnthropicStreamDecoder implements StreamDecoder {
  readonly #emit: Emit;
  /** By the index on the wire. */
  readonly #open = new Map<unknown, Block>();
  #next = 0;
  #hasCalls = false;
  #isAnswered = false;
  #isStarted = false;
  #id = "";
  #isFinished = false;
  /** Figures are cumulative: later ones replace earlier ones, name by name (case 40). */
  #usage: Wire = {};
  isComplete = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  decode(data: string): void {
    const word = data.length <= 16 ? data.trim() : "{";
    if (word === "" || word === "[DONE]") {
      // The last word of another protocol, from servers that speak both; behind a stop reason it is one here too.
      this.isComplete ||= word !== "" && this.#isFinished;
      return;
    }
    const event = parsed(data);
    if (event === null) {
      const complaint = { message: "an event of the stream is not JSON", code: "wrong_json" };
      this.#emit({ type: "error", complaint });
      return;
    }
    switch (event.type) {
      case "message_start":
        this.#start(isRecord(event.message) ? event.message : {});
        return;
      case "content_block_start":
        this.#startBlock(event.index, isRecord(event.content_block) ? event.content_block : {});
        return;
      case "content_block_delta":
        this.#delta(event.index, isRecord(event.delta) ? event.delta : {});
        return;
      case "content_block_stop":
        this.#stopBlock(event.index);
        return;
      case "message_delta":
        this.#messageDelta(event);
        return;
      case "message_stop":
        this.#finish(null, null);
        this.isComplete = true;
        return;
      case "ping":
        return;
      default: {
        // Events of other kinds may have messages, too; llama.cpp's errors are of the type `server_error`, without a word around them.
        const isNotice = typeof event.type === "string" && !/(?:^|_)error$/.test(event.type) && !event.error;
        const complaint = isNotice ? null : complaintIn(event);
        if (complaint !== null) this.#emit({ type: "error", complaint });
      }
    }
  }

  /** A second start in the same stream is a fault of some proxy: it is one message (case 50). */
  #start(message: Wire): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#id = textIn(message.id);
    this.#emit({ type: "start", id: this.#id });
    this.#takeUsage(message.usage);
  }

  #startBlock(index: unknown, wire: Wire): void {
    this.#stopBlock(index);
    const kind = wire.type === "tool_use" && wire.name === ANSWER_TOOL ? "answer" : kindOf(wire.type);
    // Text and thoughts don't overlap, whatever an upstream does.
    if (kind !== "tool") this.#closeUnlessTool();
    const block = this.#next;
    if (kind !== "other") this.#next++;
    const open: Block = { kind, block, hasInput: false, input: wire.input, signature: textIn(wire.signature) };
    this.#open.set(index, open);
    if (kind === "text") {
      this.#emit({ type: "text-start", choice: 0, block });
      this.#text(open, textIn(wire.text));
      if (Array.isArray(wire.citations)) for (const each of wire.citations) this.#cite(open, each);
    } else if (kind === "reasoning") {
      const isRedacted = wire.type === "redacted_thinking";
      if (isRedacted) open.signature = textIn(wire.data);
      this.#emit({ type: "reasoning-start", choice: 0, block, ...(isRedacted && { isRedacted }) });
      this.#think(open, textIn(wire.thinking));
    } else if (kind === "answer") {
      this.#isAnswered = true;
      this.#emit({ type: "text-start", choice: 0, block });
    } else if (kind === "tool") {
      this.#hasCalls = true;
      const id = textIn(wire.id) || madeCallId(this.#id, block);
      this.#emit({ type: "tool-input-start", choice: 0, block, id, name: textIn(wire.name) });
    }
  }

  #delta(index: unknown, delta: Wire): void {
    const opening = openings[String(delta.type)];
    // Some servers send deltas without a start before them.
    if (!this.#open.has(index) && opening !== undefined) this.#startBlock(index, opening);
    const block = this.#open.get(index);
    if (block === undefined) return;
    switch (delta.type) {
      case "text_delta":
        if (block.kind === "text") this.#text(block, textIn(delta.text));
        return;
      case "thinking_delta":
        if (block.kind === "reasoning") this.#think(block, textIn(delta.thinking));
        return;
      case "signature_delta":
        block.signature += textIn(delta.signature);
        return;
      case "citations_delta":
        this.#cite(block, delta.citation);
        return;
      case "input_json_delta":
        this.#input(block, textIn(delta.partial_json));
        return;
      default:
    }
  }

  #stopBlock(index: unknown): void {
    const open = this.#open.get(index);
    if (open === undefined) return;
    this.#open.delete(index);
    const { kind, block } = open;
    // Some servers put the whole input into the start, and no deltas behind it.
    const whole = argumentsIn(open.input);
    if (!open.hasInput && whole !== "{}") this.#input(open, whole);
    if (kind === "text" || kind === "answer") this.#emit({ type: "text-end", choice: 0, block });
    else if (kind === "reasoning")
      this.#emit({ type: "reasoning-end", choice: 0, block, signature: signatureIn(open.signature) });
    else if (kind === "tool") this.#emit({ type: "tool-input-end", choice: 0, block });
  }

  #messageDelta(event: Wire): void {
    const delta = isRecord(event.delta) ? event.delta : {};
    if (typeof delta.stop_reason === "string")
      this.#finish(delta.stop_reason, typeof delta.stop_sequence === "string" ? delta.stop_sequence : null);
    this.#takeUsage(event.usage);
  }

  #finish(reason: string | null, stopSequence: string | null): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    for (const index of [...this.#open.keys()]) this.#stopBlock(index);
    this.#emit({
      type: "finish",
      choice: 0,
      reason: finishReason(reason, this.#hasCalls, this.#isAnswered),
      stopSequence,
    });
  }

  #takeUsage(raw: unknown): void {
    if (!isRecord(raw)) return;
    const said = Object.entries(raw).filter(([, value]) => value !== null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
    this.#emit({ type: "usage", usage: readUsage(this.#usage), rawUsage: this.#usage });
  }

  #closeUnlessTool(): void {
    for (const [index, { kind }] of [...this.#open]) if (kind !== "tool") this.#stopBlock(index);
  }

  #text({ block }: Block, text: string): void {
    if (text !== "") this.#emit({ type: "text-delta", choice: 0, block, text });
  }

  #think({ block }: Block, text: string): void {
    if (text !== "") this.#emit({ type: "reasoning-delta", choice: 0, block, text });
  }

  #input(open: Block, text: string): void {
    if ((open.kind !== "tool" && open.kind !== "answer") || text === "") return;
    open.hasInput = true;
    if (open.kind === "answer") this.#text(open, text);
    else this.#emit({ type: "tool-input-delta", choice: 0, block: open.block, text });
  }

  #cite({ kind, block }: Block, citation: unknown): void {
    if (kind !== "text" || !isRecord(citation)) return;
    this.#emit({ type: "citation", choice: 0, block, citation: decodeCitation(citation) });
  }
}

function kindOf(type: unknown): Kind {
  switch (type) {
    case "text":
      return "text";
    case "thinking":
    case "redacted_thinking":
      return "reasoning";
    case "tool_use":
      return "tool";
    default:
      return "other";
  }
}

function parsed(data: string): Wire | null {
  try {
    const value: unknown = JSON.parse(data);
    return isRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
