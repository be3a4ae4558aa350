// Kinds of characters that tokenizers treat alike; letters first.
export const LOWER = 0;
export const UPPER = 1;
export const DIGIT = 2;
export const BLANK = 3;
export const LINE_END = 4;
/** ASCII punctuation. */
export const MARK = 5;
export const HAN = 6;
/** Punctuation of East Asia. */
export const WIDE_MARK = 7;
export const KANA = 8;
export const HANGUL = 9;
/** Latin beyond ASCII. */
export const ACCENTED = 10;
/** Greek, Cyrillic, Armenian. */
export const FOREIGN = 11;
/** General punctuation, arrows, mathematics. */
export const SYMBOL = 12;
/** Everything that takes four bytes. */
export const EMOJI = 13;
export const OTHER = 14;
/** A byte of a character after its first. */
export const INSIDE = 15;
/** A first byte of characters of several frequent kinds: the second one tells. */
export const MIXED = 16;

/** Kind of a character by its code, or half a one by that of a surrogate. */
export function kindOf(code: number): number {
  if (code < 0x80) return kindOfAscii(code);
  if (code < 0xc0) return SYMBOL;
  if (code < 0x280) return ACCENTED;
  if (code < 0x580) return FOREIGN;
  if (code < 0x2000) return OTHER;
  if (code < 0x3000) return SYMBOL;
  if (code < 0x3040) return WIDE_MARK;
  if (code < 0x3100) return KANA;
  if (code < 0xa000) return HAN;
  if (code >= 0xac00 && code < 0xd7b0) return HANGUL;
  if (code >= 0xf900 && code < 0xfb00) return HAN;
  return code >= 0xfe00 ? WIDE_MARK : OTHER;
}

function kindOfAscii(code: number): number {
  if (code === 0x0a || code === 0x0d) return LINE_END;
  if (code <= 0x20) return BLANK;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code >= 0x61 && code <= 0x7a) return LOWER;
  return code >= 0x41 && code <= 0x5a ? UPPER : MARK;
}

/** Kind of the character that a byte of UTF-8 begins, INSIDE or MIXED. */
export const kindOfByte = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return kindOfAscii(byte);
  if (byte < 0xc0) return INSIDE;
  if (byte < 0xe0) return kindOf((byte & 0x1f) << 6);
  if (byte === 0xe3 || byte === 0xea || byte === 0xed || byte === 0xef) return MIXED;
  // What begins with E0 lies from U+0800 on: Indic scripts, Thai.
  return byte < 0xf0 ? kindOf(((byte & 0x0f) << 12) | 0x800) : EMOJI;
});
