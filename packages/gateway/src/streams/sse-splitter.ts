const LF = 0x0a;
const CR = 0x0d;
const ONE_END = Buffer.from("\n");
const TWO_ENDS = Buffer.from("\n\n");
/** A frame longer than this is no answer of a model. */
export const MAXIMUM_FRAME_BYTES = 32 * 1024 * 1024;

/**
 * Receives one frame: its bytes with the blank line that ends it, and where its data lie. `dataStart` = -1: a comment, or a frame
 * without data. Data of several lines come joined in a buffer of their own (`data`), at 0 to its length.
 */
export type FrameReceiver = (
  buffer: Buffer,
  start: number,
  end: number,
  data: Buffer,
  dataStart: number,
  dataEnd: number,
) => void;

/**
 * Cuts a stream of server-sent events (WHATWG HTML, section 9.2) into frames: lines end in LF, CR or CRLF, and packets may end anywhere.
 * Whole frames are handed on as stretches of the packet they came in; only an unfinished one is copied, so that no packet is kept.
 * Some servers leave out the blank lines between events, or behind the last one: such a frame is handed on as a copy that has its own.
 */
export class SseSplitter {
  readonly #receive: FrameReceiver;
  #held: Buffer = Buffer.alloc(0);
  #heldLength = 0;

  constructor(receive: FrameReceiver) {
    this.#receive = receive;
  }

  /** Takes a packet. Throws RangeError if a frame grows beyond MAXIMUM_FRAME_BYTES. */
  push(packet: Buffer): void {
    if (packet.length === 0) return;
    if (this.#heldLength === 0) {
      const rest = this.#split(packet, false);
      if (rest < packet.length) this.#hold(packet, rest);
      return;
    }
    this.#hold(packet, 0);
    const buffer = this.#held.subarray(0, this.#heldLength);
    const rest = this.#split(buffer, false);
    if (rest === 0) return;
    // Frames handed on may still be on their way out: what is left moves to a buffer of its own.
    this.#held = Buffer.alloc(0);
    this.#heldLength = 0;
    if (rest < buffer.length) this.#hold(buffer, rest);
  }

  /** Takes the end of the stream: a last frame without its blank line counts as one. */
  end(): void {
    if (this.#heldLength === 0) return;
    const buffer = this.#held.subarray(0, this.#heldLength);
    this.#heldLength = 0;
    this.#split(buffer, true);
  }

  #hold(packet: Buffer, from: number): void {
    const length = this.#heldLength + packet.length - from;
    if (length > MAXIMUM_FRAME_BYTES) throw new RangeError("a frame of the stream is too long");
    if (length > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#held.length * 2, 512));
      this.#held.copy(larger, 0, 0, this.#heldLength);
      this.#held = larger;
    }
    packet.copy(this.#held, this.#heldLength, from);
    this.#heldLength = length;
  }

  /** Hands on every whole frame and returns where the unfinished one begins. */
  #split(buffer: Buffer, isEnd: boolean): number {
    let frameStart = 0;
    let lineStart = 0;
    let dataStart = -1;
    let dataEnd = -1;
    let parts: Buffer[] | null = null;
    // Where the last line with data ends.
    let lastEnd = -1;
    // Where the lines behind the data begin, which belong to the next event if its data come without a blank line before.
    let nextFrame = -1;
    // The next of each at or behind lineStart: searched for only once it has been passed.
    let lf = -1;
    let cr = -1;
    while (lineStart < buffer.length) {
      if (lf < lineStart) lf = next(buffer, LF, lineStart);
      if (cr < lineStart) cr = next(buffer, CR, lineStart);
      const lineEnd = Math.min(lf, cr);
      let nextLine = lineEnd + 1;
      if (lineEnd === buffer.length) {
        if (!isEnd) break;
        nextLine = lineEnd;
      } else if (buffer[lineEnd] === CR) {
        // A CR at the very end may be the first half of CRLF.
        if (nextLine === buffer.length && !isEnd) break;
        if (buffer[nextLine] === LF) nextLine++;
      }
      if (lineEnd > lineStart && !isData(buffer, lineStart, lineEnd)) {
        if (dataStart >= 0 && nextFrame < 0) nextFrame = lineStart;
      } else if (lineEnd > lineStart) {
        if (dataStart >= 0 && isNextEvent(buffer, lastEnd, lineStart, lineEnd)) {
          if (nextFrame < 0) nextFrame = lineStart;
          this.#handClosed(buffer, frameStart, nextFrame, dataStart, dataEnd, parts);
          frameStart = nextFrame;
          dataStart = -1;
          parts = null;
        }
        nextFrame = -1;
        lastEnd = lineEnd;
        if (dataStart >= 0) {
          parts ??= [buffer.subarray(dataStart, dataEnd)];
          parts.push(buffer.subarray(dataOffset(buffer, lineStart, lineEnd), lineEnd));
        } else {
          dataStart = dataOffset(buffer, lineStart, lineEnd);
          dataEnd = lineEnd;
        }
      }
      if (lineEnd === lineStart || (isEnd && nextLine === buffer.length)) {
        if (lineEnd === lineStart) this.#hand(buffer, frameStart, nextLine, dataStart, dataEnd, parts);
        else this.#handClosed(buffer, frameStart, nextLine, dataStart, dataEnd, parts);
        frameStart = nextLine;
        dataStart = -1;
        dataEnd = -1;
        parts = null;
        nextFrame = -1;
      }
      lineStart = nextLine;
    }
    return frameStart;
  }

  /** A frame that lacks its blank line, or even the end of its last line: a copy that has both. */
  #handClosed(
    buffer: Buffer,
    start: number,
    end: number,
    dataStart: number,
    dataEnd: number,
    parts: Buffer[] | null,
  ): void {
    const last = buffer[end - 1];
    const frame = Buffer.concat([buffer.subarray(start, end), last === LF || last === CR ? ONE_END : TWO_ENDS]);
    const isThere = dataStart >= 0;
    this.#hand(frame, 0, frame.length, isThere ? dataStart - start : -1, isThere ? dataEnd - start : -1, parts);
  }

  #hand(buffer: Buffer, start: number, end: number, dataStart: number, dataEnd: number, parts: Buffer[] | null): void {
    if (parts === null) this.#receive(buffer, start, end, buffer, dataStart, dataEnd);
    else {
      const data = Buffer.from(parts.map((part) => part.toString("latin1")).join("\n"), "latin1");
      this.#receive(buffer, start, end, data, 0, data.length);
    }
  }
}

/**
 * Whether the data of a line begin another event, though no blank line stood before them: no JSON, however it is cut into lines, goes on with
 * an opening bracket behind a closing one.
 */
function isNextEvent(buffer: Buffer, formerEnd: number, start: number, end: number): boolean {
  const first = buffer[dataOffset(buffer, start, end)];
  return buffer[formerEnd - 1] === 0x7d && (first === 0x7b || first === 0x5b);
}

/** Where a byte stands next, or the buffer's length. The look at the first place spares blank lines the native search. */
function next(buffer: Buffer, byte: number, from: number): number {
  if (buffer[from] === byte) return from;
  const found = buffer.indexOf(byte, from);
  return found < 0 ? buffer.length : found;
}

/** Whether the line's field is "data": the name alone, or followed by a colon. */
function isData(buffer: Buffer, start: number, end: number): boolean {
  const isName =
    buffer[start] === 0x64 && buffer[start + 1] === 0x61 && buffer[start + 2] === 0x74 && buffer[start + 3] === 0x61;
  return isName && (end === start + 4 || buffer[start + 4] === 0x3a);
}

function dataOffset(buffer: Buffer, start: number, end: number): number {
  const at = Math.min(start + 5, end);
  return at < end && buffer[at] === 0x20 ? at + 1 : at;
}
