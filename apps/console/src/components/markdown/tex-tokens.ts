import type { TokenizerExtension, Tokens } from "marked";

/** Stands for a `|` of a formula while its table row is cut into cells. */
export const pipe = "\uE000";

/** A formula as the lexer found it: `raw` with its delimiters, `tex` without. */
export interface TexToken extends Tokens.Generic {
  type: "tex";
  tex: string;
  display: boolean;
}

// No blank line inside: TeX forbids it, and it bounds how far a stray opener can reach.
const notBlank = "(?:(?!\\n[ \\t]*\\n)[\\s\\S])";
const display = new RegExp(`^(?:\\$\\$(?!\\$)((?:(?!\\$\\$)${notBlank})+?)\\$\\$|\\\\\\[(${notBlank}+?)\\\\\\])`);
const parenthesized = new RegExp(`^\\\\\\((${notBlank}+?)\\\\\\)`);
// As Pandoc has it, so that "¥5 和 $5" and "$5 and $6" stay money: no space inside the dollars, no digit after them.
const dollars = /^\$(?![\s$])((?:\\[^\n]|[^$\\`\n])*?(?:\\[^\s]|[^\s$\\`]))\$(?![\d$])/;

const moneyThenWords = /^\d[\d.,]*\s*[^\d\s.,a-zA-Z\\^_+\-*/=<>()[\]{}!'|~%]/u;

/** The content of `$…$` at the start of `source`, or null where it is money, a shell variable or not closed. */
function matchDollars(source: string, before: string): RegExpExecArray | null {
  if (/[\p{L}\p{N}\\]/u.test(before) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(before)) {
    return null; // US$5
  }
  const match = dollars.exec(source);
  return match && !moneyThenWords.test(match[1] ?? "") ? match : null;
}

function token(raw: string, tex: string, isDisplay: boolean): TexToken {
  return { type: "tex", raw, tex: tex.replaceAll(pipe, "|").trim(), display: isDisplay };
}

/** A formula with lines of its own, or several on one line: `$$ … $$` and `\[ … \]`. */
export const texBlock: TokenizerExtension = {
  name: "tex-block",
  level: "block",
  start: (source) => {
    const match = /(?:^|\n) {0,3}(?:\$\$|\\\[)/.exec(source);
    return match ? match.index + (match[0].startsWith("\n") ? 1 : 0) : -1;
  },
  tokenizer(source) {
    const indent = /^ {0,3}/.exec(source)?.[0].length ?? 0;
    const match = display.exec(source.slice(indent));
    if (!match) return undefined;
    const end = /^[ \t]*(?:\n|$)/.exec(source.slice(indent + match[0].length));
    if (!end) return undefined; // words follow: part of a paragraph
    const raw = source.slice(0, indent + match[0].length + end[0].length);
    return token(raw, match[1] ?? match[2] ?? "", true);
  },
};

/** A formula between words: `$ … $`, `\( … \)`; the display forms too, where a paragraph goes on around them. */
export const texInline: TokenizerExtension = {
  name: "tex-inline",
  level: "inline",
  start: (source) => source.search(/\$|\\[([]/),
  tokenizer(source, tokens) {
    const first = source[0];
    if (first !== "$" && first !== "\\") return undefined;
    const whole = display.exec(source);
    if (whole) return token(whole[0], whole[1] ?? whole[2] ?? "", true);
    const before = tokens.at(-1)?.raw.at(-1) ?? "";
    const match = first === "$" ? matchDollars(source, before) : parenthesized.exec(source);
    return match ? token(match[0], match[1] ?? "", false) : undefined;
  },
};

/** The same text with every pipe inside a formula replaced, one character for one. */
export function maskPipes(source: string): string {
  return source.replace(/\$(?![\s$])(?:\\[^\n]|[^$\\`\n])*?[^\s$\\`]\$(?!\d)|\\\([^\n]*?\\\)/g, (formula) =>
    formula.replaceAll("|", pipe),
  );
}
