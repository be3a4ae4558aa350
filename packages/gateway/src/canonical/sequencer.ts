import type { Emit, ReplyEvent } from "./reply-event.ts";

type BlockEvent = Extract<ReplyEvent, { block: number }>;
type StartEvent = Extract<ReplyEvent, { type: "text-start" | "reasoning-start" | "tool-input-start" }>;

/**
 * Puts the blocks of one choice one behind the other, for protocols that can't have two open at once (case 43). What comes for a later block
 * waits until the earlier one has ended; a call counts as ended as soon as its arguments are complete and another block begins, so that
 * nothing waits longer than it must. Everything else passes at once.
 */
export class Sequencer {
  readonly #emit: Emit;
  #open: { readonly start: StartEvent; readonly json: JsonDepth | null } | null = null;
  readonly #ended = new Set<number>();
  /** Blocks in the order of their starts, with what came of them while another was open. */
  readonly #waiting = new Map<number, BlockEvent[]>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  add(event: ReplyEvent): void {
    if (!("block" in event)) {
      if (event.type === "finish") this.#closeAll();
      this.#emit(event);
      return;
    }
    const queue = this.#waiting.get(event.block);
    if (queue !== undefined) queue.push(event);
    else if (this.#open === null || this.#open.start.block === event.block) this.#pass(event);
    else if (this.#waiting.size === 0 && this.#open.json?.isComplete === true && isStart(event)) {
      this.#end(this.#open.start);
      this.#pass(event);
    } else if (!this.#ended.has(event.block)) this.#waiting.set(event.block, [event]);
  }

  #pass(event: BlockEvent): void {
    // Its end has been written already, when the next one began.
    if (this.#ended.has(event.block)) return;
    if (isStart(event)) {
      const hasJson = event.type === "tool-input-start" && event.isCustom !== true;
      this.#open = { start: event, json: hasJson ? new JsonDepth() : null };
    } else if (event.type === "tool-input-delta") this.#open?.json?.add(event.text);
    this.#emit(event);
    if (event.type === "text-end" || event.type === "reasoning-end" || event.type === "tool-input-end") {
      this.#open = null;
      this.#ended.add(event.block);
      this.#next();
    }
  }

  #end(start: StartEvent): void {
    const { choice, block } = start;
    this.#open = null;
    this.#ended.add(block);
    if (start.type === "text-start") this.#emit({ type: "text-end", choice, block });
    else if (start.type === "reasoning-start") this.#emit({ type: "reasoning-end", choice, block, signature: null });
    else this.#emit({ type: "tool-input-end", choice, block });
  }

  /** The next block that waits: all that came of it. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first[0]);
    for (const event of first[1]) this.#pass(event);
  }

  #closeAll(): void {
    for (;;) {
      if (this.#open !== null) this.#end(this.#open.start);
      if (this.#waiting.size === 0) return;
      this.#next();
    }
  }
}

function isStart(event: BlockEvent): event is StartEvent {
  return event.type === "tool-input-start" || event.type === "text-start" || event.type === "reasoning-start";
}

/** Follows JSON text that comes in pieces just closely enough to know when its object has closed. */
class JsonDepth {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #hasBegun = false;

  get isComplete(): boolean {
    return this.#hasBegun && this.#depth === 0;
  }

  add(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (unit === 0x5c) this.#isEscaped = true;
        else if (unit === 0x22) this.#isInString = false;
      } else if (unit === 0x22) this.#isInString = true;
      else if (unit === 0x7b || unit === 0x5b) {
        this.#depth++;
        this.#hasBegun = true;
      } else if (unit === 0x7d || unit === 0x5d) this.#depth--;
    }
  }
}
