import { type FrameReceiver, MAXIMUM_FRAME_BYTES } from "./sse-splitter.ts";

const LF = 0x0a;
const CR = 0x0d;
const LINE_END = Buffer.from("\n");

/** Cuts a stream of lines (NDJSON) into frames; the last line may lack its end. Blank lines come without data. Frames are handed on as from SseSplitter. */
export class LineSplitter {
  readonly #receive: FrameReceiver;
  #held: Buffer[] = [];
  #heldLength = 0;

  constructor(receive: FrameReceiver) {
    this.#receive = receive;
  }

  /** Takes a packet. Throws RangeError if a line grows beyond MAXIMUM_FRAME_BYTES. */
  push(packet: Buffer): void {
    let start = 0;
    for (let end = packet.indexOf(LF); end >= 0; end = packet.indexOf(LF, start)) {
      if (this.#heldLength === 0) this.#frame(packet, start, end + 1);
      else {
        this.#hold(packet, start, end + 1);
        this.#release();
      }
      start = end + 1;
    }
    if (start < packet.length) this.#hold(packet, start, packet.length);
  }

  /** Takes the end of the stream. */
  end(): void {
    if (this.#heldLength === 0) return;
    // What follows it, be it from us, stands in a line of its own.
    this.#held.push(LINE_END);
    this.#release();
  }

  #hold(packet: Buffer, start: number, end: number): void {
    this.#heldLength += end - start;
    if (this.#heldLength > MAXIMUM_FRAME_BYTES) throw new RangeError("a line of the stream is too long");
    // A copy: a kept slice would keep its whole packet.
    this.#held.push(Buffer.from(packet.subarray(start, end)));
  }

  #release(): void {
    const line = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldLength = 0;
    this.#frame(line, 0, line.length);
  }

  #frame(buffer: Buffer, start: number, end: number): void {
    let dataEnd = end;
    while (dataEnd > start && (buffer[dataEnd - 1] === LF || buffer[dataEnd - 1] === CR)) dataEnd--;
    const isBlank = buffer.toString("latin1", start, Math.min(dataEnd, start + 8)).trim() === "";
    if (isBlank && dataEnd - start <= 8) this.#receive(buffer, start, end, buffer, -1, -1);
    else this.#receive(buffer, start, end, buffer, start, dataEnd);
  }
}
