import { Blocks } from "../../canonical/blocks.ts";
import type { Emit } from "../../canonical/reply-event.ts";
import { decodeSignature } from "../../canonical/signature.ts";
import { isRecord } from "../../json/is-record.ts";
import { decodeAnnotation } from "./annotations.ts";
import { decodeFinish } from "./finish.ts";
import { type Loose, list, record, text } from "./loose.ts";
import { MediaReader } from "./media-reader.ts";
import { ToolReader } from "./tool-reader.ts";

/** Reads one choice: the deltas of a stream, or the one message of a whole answer, which has the same members. */
export class ChoiceReader {
  readonly #blocks: Blocks;
  readonly #tools: ToolReader;
  readonly #media: MediaReader;
  readonly #emit: Emit;
  readonly #index: number;
  #hasBegun = false;
  /** Of the thought that is open. */
  #thought = "";

  constructor(index: number, replyId: string, emit: Emit) {
    this.#index = index;
    this.#emit = emit;
    this.#blocks = new Blocks(index, emit);
    this.#tools = new ToolReader(this.#blocks, `${replyId}_${index}`);
    this.#media = new MediaReader(index, this.#blocks, emit);
  }

  /** Something of it has been read. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isFinished(): boolean {
    return this.#blocks.isFinished;
  }

  /** `isWhole`: a message, whose calls are complete. */
  read(delta: Loose, logprobs: unknown, isWhole: boolean): void {
    this.#hasBegun = true;
    this.#readThoughts(delta);
    const { content } = delta;
    if (typeof content === "string") this.#addText(content, list(record(logprobs)?.content));
    else if (content) this.#readParts(list(content));
    const refusal = text(delta.refusal);
    if (refusal !== "") {
      this.#blocks.close();
      this.#emit({ type: "refusal-delta", choice: this.#index, text: refusal });
    }
    if (delta.annotations) this.#readAnnotations(list(delta.annotations));
    this.#media.read(delta);
    if (delta.tool_calls) this.#tools.read(list(delta.tool_calls), isWhole);
    if (isRecord(delta.function_call)) this.#tools.readFunction(delta.function_call);
  }

  finish(word: string, stopSequence: string | null): void {
    this.#tools.end();
    this.#media.end();
    this.#blocks.finish(decodeFinish(word, this.#tools.hasCalls), stopSequence);
  }

  /** What came behind the finish reason ends too. */
  close(): void {
    this.#blocks.close();
  }

  #addText(content: string, logprobs: readonly unknown[]): void {
    if (logprobs.length > 0) this.#blocks.text(content, logprobs);
    else if (content !== "") this.#blocks.text(content);
  }

  /** Mistral answers in parts, thoughts among them. */
  #readParts(parts: readonly unknown[]): void {
    for (const part of parts) {
      if (!isRecord(part)) continue;
      if (part.type === "thinking") for (const each of list(part.thinking)) this.#think(text(record(each)?.text));
      else if (text(part.text) !== "") this.#blocks.text(text(part.text));
    }
  }

  #readThoughts(delta: Loose): void {
    // Some servers send one thought under both names.
    const plain = text(delta.reasoning_content) || text(delta.reasoning);
    const details = delta.reasoning_details ? list(delta.reasoning_details).filter(isRecord) : [];
    const isTold = details.some((each) => textOf(each) !== "");
    if (!isTold) this.#think(plain);
    for (const detail of details) this.#readDetail(detail);
  }

  #readDetail(detail: Loose): void {
    const data = text(detail.data);
    if (detail.type === "reasoning.encrypted") {
      if (data !== "") this.#blocks.redacted(decodeSignature(data, "openai-chat"));
      return;
    }
    const whole = textOf(detail);
    const signature = text(detail.signature);
    // With its proof comes the whole thought again, for clients that keep only this.
    if (signature === "" || whole !== this.#thought) this.#think(whole);
    if (signature === "") return;
    this.#blocks.sign(decodeSignature(signature, "openai-chat"));
    this.#blocks.close();
    this.#thought = "";
  }

  #think(piece: string): void {
    if (piece === "") return;
    this.#blocks.reasoning(piece);
    this.#thought += piece;
  }

  #readAnnotations(annotations: readonly unknown[]): void {
    for (const citation of annotations.flatMap(decodeAnnotation)) this.#blocks.cite(citation);
  }
}

function textOf(detail: Loose): string {
  return text(detail.text) || text(detail.summary);
}
