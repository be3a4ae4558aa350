import type { Emit, ReplyEvent } from "./reply-event.ts";

type BlockEvent = Extract<ReplyEvent, { block: number }>;

/**
 * Puts the blocks of one choice one behind the other, for protocols that can't have two open at once (case 43). What comes for a later block
 * waits until the earlier one has ended; a call counts as ended as soon as its arguments are complete and another block begins, so that
 * nothing waits longer than it must. Everything else passes at once.
 */
export class Sequencer {
  readonly #emit: Emit;
  #open: { readonly block: number; readonly json: JsonDepth | null } | null = null;
  readonly #ended = new Set<number>();
  /** Blocks in the order of their starts, with what came of them while another was open. */
  readonly #waiting = new Map<number, BlockEvent[]>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  add(event: ReplyEvent): void {
    if (!("block" in event)) {
      if (event.type === "finish") this.#flush();
      this.#emit(event);
      return;
    }
    const queue = this.#waiting.get(event.block);
    if (queue !== undefined) queue.push(event);
    else if (this.#open === null || this.#open.block === event.block) this.#pass(event);
    else if (this.#open.json?.isComplete === true && isStart(event)) {
      this.#end(this.#open.block);
      this.#pass(event);
    } else this.#waiting.set(event.block, [event]);
  }

  #pass(event: BlockEvent): void {
    if (this.#ended.has(event.block)) return;
    switch (event.type) {
      case "text-start":
      case "reasoning-start":
        this.#open = { block: event.block, json: null };
        break;
      case "tool-input-start":
        this.#open = { block: event.block, json: event.isCustom === true ? null : new JsonDepth() };
        break;
      case "tool-input-delta":
        this.#open?.json?.add(event.text);
        break;
      case "text-end":
      case "reasoning-end":
      case "tool-input-end":
        this.#open = null;
        this.#ended.add(event.block);
        this.#emit(event);
        this.#next();
        return;
      default:
    }
    this.#emit(event);
  }

  #end(block: number): void {
    this.#open = null;
    this.#ended.add(block);
    this.#emit({ type: "tool-input-end", choice: 0, block });
  }

  /** The next block that waits: all that came of it, and so on as long as they are whole. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first[0]);
    for (const event of first[1]) this.#pass(event);
  }

  /** The choice is over: whatever still waits can only follow in its order. */
  #flush(): void {
    while (this.#open !== null || this.#waiting.size > 0) {
      if (this.#open !== null) {
        const { block, json } = this.#open;
        if (json === null && this.#waiting.size === 0) return;
        this.#end(block);
      }
      this.#next();
      if (this.#open === null && this.#waiting.size === 0) return;
    }
  }
}

function isStart(event: BlockEvent): boolean {
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
