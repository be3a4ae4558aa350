/** The one argument of a tool that takes free text elsewhere. */
export const INPUT = "input";
const HEAD = /^\s*\{\s*"input"\s*:\s*"/;
const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The free text in whole arguments; what is no such JSON is the text itself, as a model may have written it. */
export function freeTextOf(json: string): string {
  const reader = new FreeTextReader();
  return reader.add(json) + reader.end();
}

/** Reads the text out of `{"input":"…"}` while it comes in pieces, so that it streams on. */
export class FreeTextReader {
  /** What is not decided on yet: the head, or half an escape. */
  #held = "";
  #state: "head" | "text" | "over" = "head";

  add(piece: string): string {
    if (this.#state === "over") return "";
    this.#held += piece;
    if (this.#state === "head") {
      const head = HEAD.exec(this.#held);
      if (head === null) return "";
      this.#state = "text";
      this.#held = this.#held.slice(head[0].length);
    }
    return this.#read();
  }

  /** What is still owed: everything, where the head never came. */
  end(): string {
    const held = this.#held;
    const hasHead = this.#state !== "head";
    this.#state = "over";
    this.#held = "";
    if (hasHead) return "";
    return /^\s*(?:\{\s*\}\s*)?$/.test(held) ? "" : held;
  }

  /** As far as the escapes are whole, and no pair of surrogates is cut. */
  #read(): string {
    const held = this.#held;
    let text = "";
    let at = 0;
    while (at < held.length) {
      const unit = held[at] ?? "";
      if (unit === '"') {
        this.#state = "over";
        this.#held = "";
        return text;
      }
      const length = unit !== "\\" ? 1 : held[at + 1] === "u" ? 6 : 2;
      if (at + length > held.length) break;
      text += length === 1 ? unit : unescaped(held.slice(at, at + length));
      at += length;
    }
    const last = text.charCodeAt(text.length - 1);
    const isCut = last >= 0xd800 && last <= 0xdbff;
    this.#held = (isCut ? (text.at(-1) ?? "") : "") + held.slice(at);
    return isCut ? text.slice(0, -1) : text;
  }
}

function unescaped(sequence: string): string {
  const kind = sequence[1] ?? "";
  if (kind !== "u") return escapes[kind] ?? kind;
  const code = Number.parseInt(sequence.slice(2), 16);
  return Number.isNaN(code) ? sequence : String.fromCharCode(code);
}
