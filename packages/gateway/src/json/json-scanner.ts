import {
  addressWeight,
  base64Start,
  HEAVY,
  HEAVY_ADDRESS,
  isTypeName,
  kindOfMember,
  MEDIA,
  PLAIN,
  startsWith,
  VERBATIM,
} from "./media-members.ts";

/** Deeper nesting than any tool schema; keeps a hostile body from exhausting the stack, here and upstream. */
const MAXIMUM_DEPTH = 256;
/** Strings are walked byte by byte for so long; then native search takes over, which pays only for long stretches. */
const SHORT_STRETCH = 64;

/** Texts that are told apart: what is kept of a body must not grow to a multiple of it. */
const MOST_TEXTS = 8_192;

const NO_OFFSETS: ReadonlySet<number> = new Set();
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
   * Where strings that are values lie, inside their quotes: start, end, start, end and so on; arguments and results of tools as the JSON that
   * they are. Not the empty ones, nor media.
   * Of thousands of strings, the later ones and what stands between them are one text.
   */
  readonly texts: readonly number[];
  /** Where the base64 of media lies, in the same way: strings that look like it, in the members that protocols have for it. */
  readonly media: readonly number[];
  /** Those of them whose type is said to be a text: their starts. */
  readonly textMedia: ReadonlySet<number>;
  /** How many pictures there are to be counted for media behind addresses. */
  readonly addresses: number;
  /** Some of them are evidently those of pictures. */
  readonly hasPictureAddress: boolean;
};

/** An item of a list. Offsets in bytes. */
export type Item = { readonly start: number; readonly end: number };

export type JsonObject = { readonly members: readonly Member[]; readonly end: number; readonly tally: JsonTally };

/**
 * Walks once over a text that must be one JSON object (RFC 8259) and reports where its outermost members lie. Builds no values.
 * Throws JsonBreak at the first byte that breaks the grammar.
 */
export function scanObject(bytes: Buffer): JsonObject {
  return new JsonScanner(bytes).scan();
}

/** Where the items of a JSON list lie, in the same way. */
export function scanList(bytes: Buffer): readonly Item[] {
  return new JsonScanner(bytes).list();
}

class JsonScanner {
  readonly #bytes: Buffer;
  readonly #members: Member[] = [];
  #at = 0;
  #sawEscape = false;
  #nextBackslash = -1;
  #words: Uint32Array | null = null;
  /** What the innermost member's name says; that of an object's own member where it is the object. */
  #kind = PLAIN;
  readonly #media: number[] = [];
  #textMedia: Set<number> | null = null;
  #addresses = 0;
  #hasPictureAddress = false;
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
    const tally = {
      texts: this.#texts,
      media: this.#media,
      textMedia: this.#textMedia ?? NO_OFFSETS,
      addresses: this.#addresses,
      hasPictureAddress: this.#hasPictureAddress,
    };
    return { members: this.#members, end, tally };
  }

  list(): readonly Item[] {
    this.#blanks();
    if (this.#bytes[this.#at] !== 0x5b) throw new JsonBreak(this.#at);
    const items: Item[] = [];
    this.#array(1, items);
    this.#blanks();
    if (this.#at < this.#bytes.length) throw new JsonBreak(this.#at);
    return items;
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
    const around = this.#kind;
    const mediaBefore = this.#media.length;
    const addressesBefore = this.#addresses;
    const hadPictureAddress = this.#hasPictureAddress;
    let isTextual = false;
    let isDocument = false;
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
      this.#blanks();
      if (bytes[this.#at] !== 0x3a) throw new JsonBreak(this.#at);
      this.#at++;
      this.#blanks();
      const valueStart = this.#at;
      const kind = kindOfMember(bytes, keyStart, keyEnd, around);
      if (kind === VERBATIM && depth > 1 && bytes[valueStart] !== QUOTE) this.#verbatim(depth);
      else {
        this.#kind = kind;
        this.#value(depth);
      }
      const name = bytes[keyStart];
      if (name === 0x6d) isTextual ||= isTypeName(bytes, keyStart, keyEnd) && startsWith(bytes, valueStart, '"text/');
      else if (name === 0x74) isDocument ||= keyEnd - keyStart === 4 && startsWith(bytes, valueStart, '"document"');
      if (depth === 1) this.#members.push({ keyStart, keyEnd, keyHasEscape, valueStart, valueEnd: this.#at });
      this.#blanks();
      const byte = bytes[this.#at];
      if (byte === 0x7d) break;
      if (byte !== 0x2c) throw new JsonBreak(this.#at);
      this.#at++;
      this.#blanks();
    }
    this.#at++;
    this.#kind = around;
    if (isTextual && this.#media.length > mediaBefore) {
      this.#textMedia ??= new Set();
      for (let at = mediaBefore; at < this.#media.length; at += 2) this.#textMedia.add(this.#media[at] ?? 0);
    }
    if (isDocument && this.#addresses > addressesBefore) {
      this.#addresses += HEAVY_ADDRESS;
      this.#hasPictureAddress = hadPictureAddress;
    }
  }

  /** A value that counts as the JSON that it is, whatever stands in it. */
  #verbatim(depth: number): void {
    const start = this.#at;
    const { length } = this.#texts;
    const joined = this.#joinsTexts;
    const addresses = this.#addresses;
    const hasPictureAddress = this.#hasPictureAddress;
    const media = this.#media.length;
    this.#kind = PLAIN;
    this.#value(depth);
    this.#texts.length = length;
    this.#media.length = media;
    this.#addresses = addresses;
    this.#hasPictureAddress = hasPictureAddress;
    this.#joinsTexts = joined;
    this.#text(start, this.#at);
  }

  /** `items`: takes note of where they lie. */
  #array(depth: number, items?: Item[]): void {
    if (depth > MAXIMUM_DEPTH) throw new JsonBreak(this.#at, true);
    const bytes = this.#bytes;
    this.#at++;
    this.#blanks();
    if (bytes[this.#at] === 0x5d) {
      this.#at++;
      return;
    }
    for (;;) {
      const start = this.#at;
      this.#value(depth);
      items?.push({ start, end: this.#at });
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
    if (this.#kind === PLAIN || !this.#isMedia(start, end)) this.#text(start, end);
  }

  #text(start: number, end: number): void {
    if (this.#joinsTexts) this.#texts[this.#texts.length - 1] = end;
    else if (end > start) {
      this.#texts.push(start, end);
      this.#joinsTexts = this.#texts.length > MOST_TEXTS * 2;
    }
  }

  /** Takes note of a string in a media member, if it is what such members are for. An address is also a text. */
  #isMedia(start: number, end: number): boolean {
    if (this.#kind !== MEDIA && this.#kind !== HEAVY) return false;
    const bytes = this.#bytes;
    if (/^https?:/i.test(bytes.toString("latin1", start, Math.min(end, start + 6)))) {
      const weight = addressWeight(bytes, start, end, this.#kind);
      this.#addresses += weight;
      this.#hasPictureAddress ||= weight === 1;
      return false;
    }
    const from = base64Start(bytes, start, end);
    if (from === null) return false;
    this.#media.push(from, end);
    this.#joinsTexts = false;
    return true;
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

function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66));
}
