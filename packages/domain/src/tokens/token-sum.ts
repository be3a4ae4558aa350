import {
  ACCENTED,
  BLANK,
  DIGIT,
  HAN,
  INSIDE,
  kindOf,
  kindOfByte,
  LINE_END,
  LOWER,
  MARK,
  MIXED,
  OTHER,
  UPPER,
} from "./character-kinds.ts";

/** Tokens that each thing in a text stands for. */
export type Weights = {
  /** A word after a blank or a line end. */
  readonly word: number;
  /** A word after anything else; also a hump of camelCase. */
  readonly gluedWord: number;
  /** Each letter of a word from the seventh to the sixteenth. */
  readonly longLetter: number;
  /** Each letter after those: no word of a language any more. */
  readonly endlessLetter: number;
  readonly digit: number;
  /** A run of digits, on top of its digits. */
  readonly number: number;
  /** A run of blanks that the next word does not swallow: two or more, or one before a digit or a character beyond ASCII. */
  readonly blanks: number;
  /** A run of line ends. */
  readonly lineEnds: number;
  /** The first of a run of ASCII punctuation. */
  readonly mark: number;
  /** Each further one that differs from the one before. */
  readonly moreMark: number;
  /** Each that repeats the one before; also a letter in an endless word. */
  readonly sameMark: number;
  readonly han: number;
  /** A run of Han characters, on top of them: tokens do not reach across its ends. */
  readonly hanRun: number;
  readonly wideMark: number;
  readonly kana: number;
  readonly hangul: number;
  readonly accented: number;
  readonly foreign: number;
  readonly symbol: number;
  readonly emoji: number;
  readonly other: number;
};

/** Fitted to the samples in fixtures/, against the mean of three tokenizers: docs/token-estimates.md. */
export const usualWeights: Weights = {
  word: 0.97,
  gluedWord: 0.87,
  longLetter: 0.14,
  endlessLetter: 0.6,
  digit: 0.53,
  number: 0.47,
  blanks: 0.6,
  lineEnds: 0.1,
  mark: 1.03,
  moreMark: 0.12,
  sameMark: 0.15,
  han: 0.485,
  hanRun: 1.1,
  wideMark: 1.42,
  kana: 0.38,
  hangul: 0.63,
  accented: 2,
  foreign: 0.22,
  symbol: 0.88,
  emoji: 1.45,
  other: 0.42,
};

const BACKSLASH = 0x5c;
/** Letters that most tokenizers take in one go. */
const SHORT_WORD = 6;
/** Longer than words are, but for some of German. */
const LONG_WORD = 16;

/** Where pieces of text lie while they are added up. */
const scratch = Buffer.allocUnsafeSlow(1_024);

/**
 * Adds up the weights of a text in one pass over its bytes, which are those of JSON strings: escapes are the characters they stand for. The
 * text may come in pieces; a word that goes on in the next piece is one word.
 */
export class TokenSum {
  readonly #weights: Weights;
  readonly #beyondAscii: readonly number[];
  #tokens = 0;
  #before: number = LINE_END;
  /** Length of the word or run of blanks that `#before` belongs to. */
  #run = 0;
  #mark = 0;

  constructor(weights = usualWeights) {
    this.#weights = weights;
    const { wideMark, kana, hangul, accented, foreign, symbol, emoji, other } = weights;
    this.#beyondAscii = [0, 0, 0, 0, 0, 0, 0, wideMark, kana, hangul, accented, foreign, symbol, emoji, other];
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** The next text does not go on from the last one. */
  cut(): void {
    this.#before = LINE_END;
  }

  /** Adds a piece of text that stands in no JSON. */
  addText(text: string): void {
    const { length } = text;
    if (length <= scratch.length) {
      let at = 0;
      while (at < length) {
        const unit = text.charCodeAt(at);
        // A quote, a backslash and what is no plain character are told apart below.
        if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === BACKSLASH) break;
        scratch[at++] = unit;
      }
      if (at === length) {
        this.add(scratch, 0, length);
        return;
      }
    }
    const json = JSON.stringify(text);
    if (json.length * 3 > scratch.length) {
      const bytes = Buffer.from(json);
      this.add(bytes, 1, bytes.length - 1);
    } else this.add(scratch, 1, scratch.write(json) - 1);
  }

  /** Adds the text from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      const next = kindOfByte[byte] ?? OTHER;
      const from = at++;
      if (next <= UPPER) {
        while (at < end && kindOfByte[bytes[at] ?? 0] === next) at++;
        if (this.#before === BLANK && this.#run === 1 && at - from <= SHORT_WORD) {
          // Most of all text: a short word after one blank.
          this.#tokens += this.#weights.word;
          this.#before = next;
          this.#run = at - from;
          continue;
        }
        this.#letters(next, at - from);
        if (this.#run > LONG_WORD) this.#lighten(bytes, Math.max(from, at - this.#run + LONG_WORD), at);
      } else if (next === BLANK) {
        this.#run = this.#before === BLANK ? this.#run + 1 : 1;
        this.#before = BLANK;
      } else if (next === HAN) {
        for (at = from + 3; at < end && kindOfByte[bytes[at] ?? 0] === HAN; at += 3);
        this.#han((at - from) / 3);
      } else if (byte === BACKSLASH) at = this.#escape(bytes, at);
      else if (next === MIXED) this.#character(kindOf(((byte & 0x0f) << 12) | (((bytes[at] ?? 0) & 0x3f) << 6)), byte);
      else if (next !== INSIDE) this.#character(next, byte);
    }
  }

  /** What follows a backslash. Returns the offset behind it. */
  #escape(bytes: Uint8Array, at: number): number {
    const letter = bytes[at] ?? 0;
    switch (letter) {
      case 0x75: {
        let code = 0;
        for (let place = at + 1; place < at + 5; place++) code = code * 16 + hexDigit(bytes[place] ?? 0);
        this.#character(kindOf(code), code);
        return at + 5;
      }
      case 0x6e:
      case 0x72:
        this.#character(LINE_END, letter);
        return at + 1;
      case 0x74:
      case 0x62:
      case 0x66:
        this.#character(BLANK, letter);
        return at + 1;
      default:
        this.#character(MARK, letter);
        return at + 1;
    }
  }

  #character(next: number, code: number): void {
    const before = this.#before;
    const { digit, number, blanks, lineEnds } = this.#weights;
    switch (next) {
      case LOWER:
      case UPPER:
        this.#letters(next, 1);
        return;
      case BLANK:
        this.#run = before === BLANK ? this.#run + 1 : 1;
        break;
      case LINE_END:
        if (before !== LINE_END) this.#tokens += lineEnds;
        break;
      case DIGIT:
        this.#tokens += digit;
        if (before === BLANK) this.#tokens += blanks;
        if (before !== DIGIT) this.#tokens += number;
        break;
      case MARK:
        this.#punctuation(before, code);
        break;
      case HAN:
        this.#han(1);
        return;
      default:
        this.#tokens += (this.#beyondAscii[next] ?? 0) + (before === BLANK ? blanks : 0);
        // An accented letter does not end its word.
        if (next === ACCENTED && before <= UPPER) return;
    }
    this.#before = next;
  }

  /** So many small letters, or capitals. */
  #letters(next: number, count: number): void {
    const before = this.#before;
    this.#before = next;
    const goesOn = before === next || (before === UPPER && next === LOWER);
    if (!goesOn) {
      this.#word(before);
      this.#run = 0;
    }
    const length = this.#run + count;
    if (length > SHORT_WORD) {
      const { longLetter, endlessLetter } = this.#weights;
      const from = Math.max(this.#run, SHORT_WORD);
      const endless = Math.min(count, Math.max(0, length - LONG_WORD));
      this.#tokens += endless * endlessLetter + Math.max(0, length - from - endless) * longLetter;
    }
    this.#run = length;
  }

  /** Takes back what an endless word weighs too much where it is one letter over and over. */
  #lighten(bytes: Uint8Array, from: number, end: number): void {
    let same = 0;
    for (let at = from + 2; at < end; at++) if (bytes[at] === bytes[at - 1] && bytes[at] === bytes[at - 2]) same++;
    this.#tokens -= same * (this.#weights.endlessLetter - this.#weights.sameMark);
  }

  #han(count: number): void {
    const before = this.#before;
    this.#before = HAN;
    const { han, hanRun, blanks } = this.#weights;
    this.#tokens += count * han;
    if (before === BLANK) this.#tokens += blanks;
    if (before !== HAN) this.#tokens += hanRun;
  }

  #word(before: number): void {
    const { word, gluedWord, blanks } = this.#weights;
    if (before === BLANK && this.#run > 1) this.#tokens += blanks;
    this.#tokens += before === BLANK || before === LINE_END ? word : gluedWord;
  }

  #punctuation(before: number, code: number): void {
    const { mark, moreMark, sameMark, blanks } = this.#weights;
    if (before !== MARK) {
      if (before === BLANK && this.#run > 1) this.#tokens += blanks;
      this.#tokens += mark;
    } else this.#tokens += code === this.#mark ? sameMark : moreMark;
    this.#mark = code;
  }
}

function hexDigit(byte: number): number {
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
}
