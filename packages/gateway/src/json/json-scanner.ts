/** Deeper nesting than any tool schema; keeps a hostile body from exhausting the stack, here and upstream. */
const MAXIMUM_DEPTH = 256;
/** Strings are walked byte by byte for so long; then native search takes over, which pays only for long stretches. */
const SHORT_STRETCH = 64;

/** A string in a media member that is shorter holds no picture. */
const LEAST_MEDIA = 64;

/** Texts that are told apart: what is kept of a body must not grow to a multiple of it. */
const MOST_TEXTS = 8_192;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for bytes that stand for themselves in a string: one look in a table instead of three comparisons. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);

/** Where a text stops being JSON: an offset in bytes. */
export class JsonBreak extends Error {
  readonly offset: number;
  readonly isTooDeep: boolean;
  constructor(offset: number, isTooDeep = false) {
    super(`not JSON at byte ${offset}`);
    this.offset = offset;
    this.isTooDeep = isTooDeep;
  }
}

/** A member of the outermost object. Offsets in bytes; `keyStart` and `keyEnd` lie inside the quotes. */
export type Member = {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly keyHasEscape: boolean;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** What the scan counted on its way, at any depth. */
export type JsonTally = {
  /**
   * Where strings that are values lie, inside their quotes: start, end, start, end and so on. Not the empty ones, nor media (data URLs of
   * images, base64 in members named data, images or file_data).
   * Of thousands of strings, the later ones and what stands between them are one text.
   */
  readonly texts: readonly number[];
  /** The larger of the number of such media and of keys named image_url (which also hold web addresses). */
  readonly images: number;
};

export type JsonObject = { readonly members: readonly Member[]; readonly end: number; readonly tally: JsonTally };

/**
 * Walks once over a text that must be one JSON object (RFC 8259) and reports where its outermost members lie. Builds no values.
 * Throws JsonBreak at the first byte that breaks the grammar.
 */
export function scanObject(bytes: Buffer): JsonObject {
  return new JsonScanner(bytes).scan();
}

class JsonScanner {
  readonly #bytes: Buffer;
  readonly #members: Member[] = [];
  #at = 0;
  #sawEscape = false;
  #nextBackslash = -1;
  #words: Uint32Array | null = null;
  #imageStrings = 0;
  #imageKeys = 0;
  #isMediaKey = false;
  readonly #texts: number[] = [];
  #joinsTexts = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  scan(): JsonObject {
    this.#blanks();
    if (this.#bytes[this.#at] !== 0x7b) throw new JsonBreak(this.#at);
    this.#object(1);
    const end = this.#at;
    this.#blanks();
    if (this.#at < this.#bytes.length) throw new JsonBreak(this.#at);
    const tally = { texts: this.#texts, images: Math.max(this.#imageStrings, this.#imageKeys) };
    return { members: this.#members, end, tally };
  }

  #blanks(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[++at]);
    this.#at = at;
  }

  #value(depth: number): void {
    const byte = this.#bytes[this.#at];
    if (byte === QUOTE) this.#stringValue();
    else if (byte === 0x7b) this.#object(depth + 1);
    else if (byte === 0x5b) this.#array(depth + 1);
    else if (byte === 0x74) this.#literal("true");
    else if (byte === 0x66) this.#literal("false");
    else if (byte === 0x6e) this.#literal("null");
    else this.#number();
  }

  #object(depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw new JsonBreak(this.#at, true);
    const bytes = this.#bytes;
    this.#at++;
    this.#blanks();
    if (bytes[this.#at] === 0x7d) {
      this.#at++;
      return;
    }
    for (;;) {
      if (bytes[this.#at] !== QUOTE) throw new JsonBreak(this.#at);
      const keyStart = this.#at + 1;
      this.#string();
      const keyEnd = this.#at - 1;
      const keyHasEscape = this.#sawEscape;
      if (
        keyEnd - keyStart === 9 &&
        bytes[keyStart] === 0x69 &&
        bytes.toString("latin1", keyStart, keyEnd) === "image_url"
      )
        this.#imageKeys++;
      this.#isMediaKey = isMediaKey(bytes, keyStart, keyEnd);
      this.#blanks();
      if (bytes[this.#at] !== 0x3a) throw new JsonBreak(this.#at);
      this.#at++;
      this.#blanks();
      const valueStart = this.#at;
      this.#value(depth);
      if (depth === 1) this.#members.push({ keyStart, keyEnd, keyHasEscape, valueStart, valueEnd: this.#at });
      this.#blanks();
      const byte = bytes[this.#at];
      if (byte === 0x7d) break;
      if (byte !== 0x2c) throw new JsonBreak(this.#at);
      this.#at++;
      this.#blanks();
    }
    this.#at++;
  }

  #array(depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw new JsonBreak(this.#at, true);
    const bytes = this.#bytes;
    this.#at++;
    this.#blanks();
    if (bytes[this.#at] === 0x5d) {
      this.#at++;
      return;
    }
    for (;;) {
      this.#value(depth);
      this.#blanks();
      const byte = bytes[this.#at];
      if (byte === 0x5d) break;
      if (byte !== 0x2c) throw new JsonBreak(this.#at);
      this.#at++;
      this.#blanks();
    }
    this.#at++;
  }

  #stringValue(): void {
    const start = this.#at + 1;
    this.#string();
    const end = this.#at - 1;
    const isImage =
      (this.#isMediaKey && end - start >= LEAST_MEDIA) ||
      (end - start > 11 &&
        this.#bytes[start] === 0x64 &&
        this.#bytes.toString("latin1", start, start + 11) === "data:image/");
    if (isImage) {
      this.#imageStrings++;
      this.#joinsTexts = false;
    } else if (this.#joinsTexts) this.#texts[this.#texts.length - 1] = end;
    else if (end > start) {
      this.#texts.push(start, end);
      this.#joinsTexts = this.#texts.length > MOST_TEXTS * 2;
    }
  }

  /** From an opening quote to behind the closing one. */
  #string(): void {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    let turn = at + SHORT_STRETCH;
    this.#sawEscape = false;
    for (;;) {
      while (at < turn && isPlain[bytes[at] ?? 0] === 1) at++;
      if (at >= turn) {
        at = this.#plainStretch(at);
        turn = at + SHORT_STRETCH;
      }
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) throw new JsonBreak(at);
      at = this.#escape(at);
      turn = at + SHORT_STRETCH;
    }
    this.#at = at + 1;
  }

  /** The next quote or backslash, after checking that no control character comes before it. */
  #plainStretch(from: number): number {
    const quote = this.#bytes.indexOf(QUOTE, from);
    let end = quote < 0 ? this.#bytes.length : quote;
    if (this.#nextBackslash < from) {
      const found = this.#bytes.indexOf(BACKSLASH, from);
      this.#nextBackslash = found < 0 ? this.#bytes.length : found;
    }
    end = Math.min(end, this.#nextBackslash);
    this.#refuseControls(from, end);
    return end;
  }

  #refuseControls(from: number, end: number): void {
    const bytes = this.#bytes;
    let at = from;
    if (end - from > 32) {
      this.#words ??= new Uint32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);
      const words = this.#words;
      while ((bytes.byteOffset + at) & 3) this.#refuseControl(at++);
      const word = controlWord(words, (bytes.byteOffset + at) >> 2, (bytes.byteOffset + end) >> 2);
      at = Math.max(at, (word << 2) - bytes.byteOffset);
    }
    while (at < end) this.#refuseControl(at++);
  }

  #refuseControl(at: number): void {
    if ((this.#bytes[at] ?? 0) < 0x20) throw new JsonBreak(at);
  }

  /** From a backslash to behind its escape. */
  #escape(at: number): number {
    this.#sawEscape = true;
    const bytes = this.#bytes;
    switch (bytes[at + 1]) {
      case 0x22:
      case 0x5c:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return at + 2;
      case 0x75:
        for (let digit = at + 2; digit < at + 6; digit++) if (!isHexDigit(bytes[digit])) throw new JsonBreak(digit);
        return at + 6;
      default:
        throw new JsonBreak(at + 1);
    }
  }

  #literal(word: string): void {
    const bytes = this.#bytes;
    for (let index = 0; index < word.length; index++) {
      if (bytes[this.#at + index] !== word.charCodeAt(index)) throw new JsonBreak(this.#at + index);
    }
    this.#at += word.length;
  }

  #number(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    if (bytes[at] === 0x2d) at++;
    if (bytes[at] === 0x30) at++;
    else at = this.#digits(at);
    if (bytes[at] === 0x2e) at = this.#digits(at + 1);
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at++;
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
      at = this.#digits(at);
    }
    this.#at = at;
  }

  #digits(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    for (let byte = bytes[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = bytes[++at]);
    if (at === from) throw new JsonBreak(at);
    return at;
  }
}

/**
 * The first word from `from` on that may hold a byte below 0x20, or `end`: (x - 0x20…) & ~x & 0x80… is not zero where a byte of x is. A
 * function of its own, because V8 optimises a long loop for the path it is on and starts over when the rest of its function comes.
 */
function controlWord(words: Uint32Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const four = words[at] ?? 0;
    if (((four - 0x20202020) & ~four & 0x80808080) !== 0) return at;
  }
  return end;
}

/** Members in which protocols carry media as base64: `data` (Anthropic, Gemini, OpenAI audio), `images` (Ollama), `file_data` (OpenAI). */
function isMediaKey(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length === 4) return bytes[start] === 0x64 && bytes.toString("latin1", start, end) === "data";
  if (length === 6) return bytes[start] === 0x69 && bytes.toString("latin1", start, end) === "images";
  return length === 9 && bytes[start] === 0x66 && bytes.toString("latin1", start, end) === "file_data";
}

function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));
}
