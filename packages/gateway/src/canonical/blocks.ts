import type { FinishReason } from "./canonical-reply.ts";
import type { Citation } from "./canonical-request.ts";
import type { Emit } from "./reply-event.ts";
import type { Signature } from "./signature.ts";

type Tool = { readonly block: number; isOpen: boolean };

/**
 * Numbers the blocks of one choice and keeps them well-formed, for decoders whose wire has no starts and ends: text opens with its first
 * piece, and thinking is closed before text opens and the other way round (case 45). Calls stay open until the end: their arguments may come in
 * turns (case 43).
 */
export class Blocks {
  readonly #emit: Emit;
  readonly #choice: number;
  readonly #tools = new Map<number | string, Tool>();
  #next = 0;
  #open: { readonly kind: "text" | "reasoning"; readonly block: number } | null = null;
  #signature: Signature | null = null;
  #isFinished = false;

  constructor(choice: number, emit: Emit) {
    this.#choice = choice;
    this.#emit = emit;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  text(text: string, logprobs?: readonly unknown[]): void {
    const choice = this.#choice;
    const block = this.#ensure("text");
    this.#emit(
      logprobs === undefined
        ? { type: "text-delta", choice, block, text }
        : { type: "text-delta", choice, block, text, logprobs },
    );
  }

  /** Where the text that is open has something from. */
  cite(citation: Citation): void {
    const block = this.#ensure("text");
    this.#emit({ type: "citation", choice: this.#choice, block, citation });
  }

  reasoning(text: string): void {
    const block = this.#ensure("reasoning");
    this.#emit({ type: "reasoning-delta", choice: this.#choice, block, text });
  }

  /** The signature of the thought that is open, or of the next one. */
  sign(signature: Signature): void {
    if (this.#open?.kind !== "reasoning") this.#ensure("reasoning");
    this.#signature = signature;
  }

  /** A whole thought that only its vendor can read. */
  redacted(signature: Signature): void {
    const block = this.nextBlock();
    this.#emit({ type: "reasoning-start", choice: this.#choice, block, isRedacted: true });
    this.#emit({ type: "reasoning-end", choice: this.#choice, block, signature });
  }

  /** A call's first piece; `key` tells the calls of a choice apart in the wire's own way. Further ones for the same key do nothing. */
  openTool(
    key: number | string,
    call: { id: string; name: string; isCustom?: boolean; signature?: Signature | null },
  ): void {
    if (this.#tools.has(key)) return;
    this.close();
    const block = this.#next++;
    this.#tools.set(key, { block, isOpen: true });
    this.#emit({ type: "tool-input-start", choice: this.#choice, block, ...call });
  }

  hasTool(key: number | string): boolean {
    return this.#tools.has(key);
  }

  toolInput(key: number | string, text: string): void {
    const tool = this.#tools.get(key);
    if (tool?.isOpen !== true || text === "") return;
    this.#emit({ type: "tool-input-delta", choice: this.#choice, block: tool.block, text });
  }

  closeTool(key: number | string): void {
    const tool = this.#tools.get(key);
    if (tool?.isOpen !== true) return;
    tool.isOpen = false;
    this.#emit({ type: "tool-input-end", choice: this.#choice, block: tool.block });
  }

  /** The number of a block that is none of these kinds. */
  nextBlock(): number {
    this.close();
    return this.#next++;
  }

  /** Closes the text or thought that is open. */
  close(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    if (open.kind === "text") this.#emit({ type: "text-end", choice: this.#choice, block: open.block });
    else {
      this.#emit({ type: "reasoning-end", choice: this.#choice, block: open.block, signature: this.#signature });
      this.#signature = null;
    }
  }

  /** Closes everything and says why the answer ended; the first reason holds. */
  finish(reason: FinishReason, stopSequence: string | null = null): void {
    this.close();
    for (const key of this.#tools.keys()) this.closeTool(key);
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#emit({ type: "finish", choice: this.#choice, reason, stopSequence });
  }

  #ensure(kind: "text" | "reasoning"): number {
    if (this.#open?.kind === kind) return this.#open.block;
    this.close();
    const block = this.#next++;
    this.#open = { kind, block };
    this.#emit({ type: kind === "text" ? "text-start" : "reasoning-start", choice: this.#choice, block });
    return block;
  }
}
