import type { Emit } from "../../canonical/reply-event.ts";
import { ChoiceReader } from "./choice-reader.ts";
import { BROKEN, brokenOff } from "./finish.ts";
import { type Loose, list, record, text } from "./loose.ts";
import { readUsage } from "./usage.ts";

/** More choices than anyone may ask for are none of an answer to us. */
const MAXIMUM_CHOICES = 128;

/** Reads the chunks of one stream, or one whole answer as if it were a single chunk. */
export class ReplyReader {
  readonly #emit: Emit;
  readonly #choices = new Map<number, ChoiceReader>();
  #id: string | null = null;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  read(frame: Loose): void {
    if (this.#id === null) {
      this.#id = text(frame.id);
      this.#emit({ type: "start", id: this.#id });
    }
    let usage = frame.usage;
    for (const [position, each] of list(frame.choices).entries()) {
      const choice = record(each);
      if (choice === null) continue;
      this.#readChoice(choice, position);
      usage ??= choice.usage; // Moonshot's place for it
    }
    if (usage !== undefined && usage !== null) this.#emit({ type: "usage", usage: readUsage(usage), rawUsage: usage });
  }

  /** The upstream has said its last word: choices without a finish reason have come to their end. */
  end(): void {
    for (const reader of this.#choices.values()) {
      if (reader.isFinished) reader.close();
      else reader.finish("stop", null);
    }
  }

  #readChoice(choice: Loose, position: number): void {
    const index = typeof choice.index === "number" ? choice.index : position;
    if (!(Number.isInteger(index) && index >= 0 && index < MAXIMUM_CHOICES)) return;
    let reader = this.#choices.get(index);
    if (reader === undefined) {
      reader = new ChoiceReader(index, this.#id ?? "", this.#emit);
      this.#choices.set(index, reader);
    }
    const message = record(choice.message);
    const delta = record(choice.delta) ?? message;
    // Some servers (MiniMax) end a stream with the whole message once more.
    const isRepeated = delta === message && reader.hasBegun;
    if (delta !== null && !isRepeated) reader.read(delta, choice.logprobs, delta === message);
    const finish = text(choice.finish_reason);
    // vLLM and SGLang say which text of `stop` it was.
    const stop = text(choice.stop_reason) || text(choice.matched_stop);
    if (finish === BROKEN) this.#emit({ type: "error", complaint: brokenOff });
    else if (finish !== "") reader.finish(finish, stop === "" ? null : stop);
  }
}
