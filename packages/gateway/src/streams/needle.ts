/**
 * Finds a text in buffers that are walked from front to back. A hit, and also a miss, is remembered, so that a long stretch without
 * the text is searched once and not once for each frame in it.
 */
export class Needle {
  readonly #bytes: Buffer;
  #buffer: Buffer | null = null;
  #from = 0;
  #found = -1;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Offset of the first occurrence at or after `from`, or -1. */
  find(buffer: Buffer, from: number): number {
    const isKnown = buffer === this.#buffer && from >= this.#from && (this.#found < 0 || this.#found >= from);
    if (!isKnown) {
      this.#found = buffer.indexOf(this.#bytes, from);
      this.#buffer = buffer;
      this.#from = from;
    }
    return this.#found;
  }
}
