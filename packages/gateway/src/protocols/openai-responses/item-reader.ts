import type { Blocks } from "../../canonical/blocks.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { isRecord } from "../../json/is-record.ts";
import { decodeAnnotation, decodeImageCall } from "./decode-items.ts";

type Frame = Readonly<Record<string, unknown>>;

/** Reads what comes of one item, and makes up for what its deltas left out. */
export class ItemReader {
  readonly #key: number;
  readonly #blocks: Blocks;
  readonly #emit: Emit;
  readonly #note: (what: "call" | "refusal") => void;
  readonly #texts = new Map<number, string>();
  #part = -1;
  #refused = "";
  #input = "";
  #thoughts: "summary" | "content" | null = null;
  #summaryPart = 0;
  #annotations = 0;
  isDone = false;

  constructor(key: number, blocks: Blocks, emit: Emit, note: (what: "call" | "refusal") => void) {
    this.#key = key;
    this.#blocks = blocks;
    this.#emit = emit;
    this.#note = note;
  }

  open(item: Frame): void {
    const call = callOf(item);
    if (call === null || this.#blocks.hasTool(this.#key)) return;
    this.#note("call");
    this.#blocks.openTool(this.#key, call.opening);
  }

  text(part: number, delta: string, logprobs: unknown): void {
    if (delta === "" || this.isDone) return;
    if (this.#part !== part) this.#blocks.close();
    this.#part = part;
    this.#texts.set(part, (this.#texts.get(part) ?? "") + delta);
    this.#blocks.text(delta, Array.isArray(logprobs) && logprobs.length > 0 ? logprobs : undefined);
  }

  wholeText(part: number, text: string, logprobs?: unknown): void {
    this.text(part, missing(this.#texts.get(part) ?? "", text), logprobs);
  }

  annotation(annotation: Frame): void {
    if (this.isDone) return;
    this.#annotations++;
    const citation = decodeAnnotation(annotation);
    if (citation !== null) this.#blocks.cite(citation);
  }

  refusal(delta: string): void {
    if (delta === "" || this.isDone) return;
    this.#note("refusal");
    this.#refused += delta;
    this.#emit({ type: "refusal-delta", choice: 0, text: delta });
  }

  wholeRefusal(text: string): void {
    this.refusal(missing(this.#refused, text));
  }

  /** Some servers tell a thought itself, others a summary of it; who tells both is heard once. */
  thought(kind: "summary" | "content", part: number, delta: string): void {
    if (delta === "" || this.isDone) return;
    this.#thoughts ??= kind;
    if (this.#thoughts !== kind) return;
    const isNext = part > this.#summaryPart;
    this.#summaryPart = Math.max(part, this.#summaryPart);
    this.#input += delta;
    this.#blocks.reasoning(isNext ? `\n\n${delta}` : delta);
  }

  input(delta: string): void {
    if (this.isDone) return;
    this.#input += delta;
    this.#blocks.toolInput(this.#key, delta);
  }

  wholeInput(text: string): void {
    this.input(missing(this.#input, text));
  }

  finish(item: Frame): void {
    if (this.isDone) return;
    switch (item.type) {
      case "message":
        this.#finishMessage(item);
        break;
      case "reasoning":
        this.#finishThought(item);
        break;
      case "image_generation_call": {
        const part = decodeImageCall({ result: textOf(item.result) });
        if (part !== null) this.#emit({ type: "media", choice: 0, block: this.#blocks.nextBlock(), part });
        break;
      }
      default: {
        const call = callOf(item);
        if (call === null) break;
        this.open(item);
        this.wholeInput(call.input);
        this.#blocks.closeTool(this.#key);
      }
    }
    this.isDone = true;
  }

  #finishMessage(item: Frame): void {
    const parts = Array.isArray(item.content) ? item.content : [];
    const before = this.#annotations;
    for (const [index, part] of parts.entries()) {
      if (!isRecord(part)) continue;
      if (part.type === "refusal") this.wholeRefusal(textOf(part.refusal));
      else this.wholeText(index, textOf(part.text), part.logprobs);
      const annotations = Array.isArray(part.annotations) ? part.annotations : [];
      if (before === 0) for (const each of annotations) if (isRecord(each)) this.annotation(each);
    }
    this.#blocks.close();
  }

  #finishThought(item: Frame): void {
    const lists = [item.summary, item.content].map((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
    const [shown] = lists.filter((list) => list.length > 0);
    if (this.#thoughts === null)
      for (const [index, part] of (shown ?? []).entries()) this.thought("summary", index, textOf(part.text));
    const encrypted = textOf(item.encrypted_content);
    if (encrypted !== "") this.#blocks.sign({ protocol: "openai-responses", value: encrypted });
    this.#blocks.close();
  }
}

type Opening = { readonly id: string; readonly name: string; readonly isCustom?: boolean };

/** A call among the items of an output; null: it is none. */
function callOf(item: Frame): { readonly opening: Opening; readonly input: string } | null {
  const named = { id: textOf(item.call_id) || textOf(item.id), name: textOf(item.name) };
  if (item.type === "function_call") return { opening: named, input: textOf(item.arguments) };
  if (item.type === "custom_tool_call") return { opening: { ...named, isCustom: true }, input: textOf(item.input) };
  return null;
}

/** What of a whole text its deltas have not told. */
function missing(told: string, whole: string): string {
  return whole.startsWith(told) ? whole.slice(told.length) : "";
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
