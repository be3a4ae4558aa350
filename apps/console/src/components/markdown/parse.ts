import { Lexer, Marked, type MarkedToken, type Token, type TokenizerExtension, type TokensList } from "marked";
import { decodeEntities } from "./entities.ts";
import type { Block, Inline } from "./nodes.ts";
import { pipe, type TexToken, texBlock, texInline } from "./tex-tokens.ts";
import { ChatTokenizer } from "./tokenizer.ts";

const footnoteMark: TokenizerExtension = {
  name: "footnote-mark",
  level: "inline",
  start: (source) => source.indexOf("[^"),
  tokenizer(source) {
    const match = /^\[\^([^\]\s]{1,32})\](?!:)/.exec(source);
    return match ? { type: "footnote-mark", raw: match[0], label: match[1] ?? "" } : undefined;
  },
};

const footnote: TokenizerExtension = {
  name: "footnote",
  level: "block",
  start: (source) => source.search(/(?:^|(?<=\n)) {0,3}\[\^[^\]\s]{1,32}\]:/),
  tokenizer(source) {
    const match = /^ {0,3}\[\^([^\]\s]{1,32})\]:[ \t]*([^\n]*(?:\n[ \t]+[^\n]+)*)(?:\n|$)/.exec(source);
    if (!match) return undefined;
    const token = { type: "footnote", raw: match[0], label: match[1] ?? "", tokens: [] as Token[] };
    this.lexer.inline(match[2] ?? "", token.tokens);
    return token;
  },
};

type Own = TexToken | { type: "footnote" | "footnote-mark"; raw: string; label: string; tokens?: Token[] };
type Known = MarkedToken | Own;

const marked = new Marked({
  extensions: [texBlock, texInline, footnote, footnoteMark],
  // A star inside a formula neither opens nor closes emphasis.
  hooks: { emStrongMask: (source) => source.replace(/\$[^$\n]+\$/g, (formula) => "a".repeat(formula.length)) },
});

function plain(text: string): string {
  return decodeEntities(text).replaceAll(pipe, "|");
}

/** Where a link may lead: out, or to an address for mail; anything else (javascript:, file:) is shown as text. */
function safeHref(href: string): string | null {
  return /^(https?:\/\/|mailto:)/i.test(href) ? href : null;
}

/** The first word of a fence's line: ```python {.numbered}, ```c,linenos. */
function languageOf(line = ""): string {
  return /^[^\s{,]*/.exec(line)?.[0] ?? "";
}

function inlines(tokens: Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap((token) => inline(token as Known));
}

function inline(token: Known): Inline[] {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return [{ type: token.type, children: inlines(token.tokens) }];
    case "codespan":
      return [{ type: "code", text: token.text.replaceAll(pipe, "|") }];
    case "br":
      return [{ type: "break" }];
    case "link": {
      const href = safeHref(token.href);
      const children = inlines(token.tokens);
      return href ? [{ type: "link", href, children }] : children;
    }
    case "image":
      return [{ type: "image", src: token.href, alt: plain(token.text) }];
    case "tex":
      return [{ type: "tex", tex: token.tex, raw: token.raw.trim().replaceAll(pipe, "|"), display: token.display }];
    case "footnote-mark":
      return [{ type: "footnote-mark", label: token.label }];
    case "text":
      if (token.tokens) return inlines(token.tokens);
      return [{ type: "text", text: plain(token.text) }];
    case "escape":
      return [{ type: "text", text: token.text }];
    default:
      return [{ type: "text", text: plain(token.raw) }];
  }
}

function blocks(tokens: Token[]): Block[] {
  return tokens.flatMap((token) => block(token as Known));
}

function block(token: Known): Block[] {
  switch (token.type) {
    case "space":
    case "def":
    case "checkbox":
      return [];
    case "paragraph":
      return [{ type: "paragraph", children: inlines(token.tokens) }];
    case "text":
      return [{ type: "paragraph", children: token.tokens ? inlines(token.tokens) : inline(token) }];
    case "heading":
      return [{ type: "heading", depth: token.depth, children: inlines(token.tokens) }];
    case "code":
      // The newline before the closing fence is not of the source; marked keeps it where a blank line stands before.
      return [{ type: "code", language: languageOf(token.lang), source: token.text.replace(/\n$/, "") }];
    case "tex":
      return [{ type: "tex", tex: token.tex, raw: token.raw.trim() }];
    case "blockquote":
      return [{ type: "quote", children: blocks(token.tokens) }];
    case "list":
      return [
        {
          type: "list",
          start: token.ordered ? Number(token.start) || 0 : null,
          loose: token.loose,
          items: token.items.map((item) => ({
            checked: item.task ? item.checked === true : null,
            children: blocks(item.tokens),
          })),
        },
      ];
    case "table":
      return [
        {
          type: "table",
          align: token.align,
          head: token.header.map((cell) => inlines(cell.tokens)),
          rows: token.rows.map((row) => row.map((cell) => inlines(cell.tokens))),
        },
      ];
    case "hr":
      return [{ type: "rule" }];
    case "footnote":
      return [{ type: "footnote", label: token.label, children: inlines(token.tokens) }];
    default:
      return [{ type: "paragraph", children: inline(token) }];
  }
}

/** A top-level block and how much of the source it is; space between blocks has no node. */
export interface Piece {
  length: number;
  blocks: Block[];
}

export type Links = TokensList["links"];

/** Parses Markdown whose lines end in \n. `links` holds the reference definitions met so far and takes new ones. */
export function parse(source: string, links: Links = {}): Piece[] {
  const lexer = new Lexer({ ...marked.defaults, tokenizer: new ChatTokenizer() });
  lexer.tokens.links = links;
  return lexer.lex(source).map((token) => ({ length: token.raw.length, blocks: block(token as Known) }));
}
