import type { Block } from "./nodes.ts";
import { type Links, parse } from "./parse.ts";
import { settleTail } from "./tail.ts";

/** What is known of a text so far. Settled blocks keep their identity, so that nothing draws them again. */
export interface Progress {
  /** The text of the settled blocks. */
  settledText: string;
  settled: Block[];
  /** The last block, which the next words may still change; nothing of it while no text has come. */
  open: Block[];
  links: Links;
  /** Characters given to the parser since the beginning: the work done, for tests. */
  parsed: number;
}

export const nothing: Progress = { settledText: "", settled: [], open: [], links: {}, parsed: 0 };

/**
 * Parses only what follows the settled blocks of `before`. While the text grows (`growing`), all but the last block are
 * settled, and an unfinished end is shown as what it will be (see tail.ts). A finished text parses to the same blocks
 * whether it came at once or in pieces.
 */
export function advance(before: Progress, text: string, growing: boolean): Progress {
  const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const start = source.startsWith(before.settledText) ? before : nothing;
  const rest = source.slice(start.settledText.length);
  const links = { ...start.links };
  const shown = growing ? settleTail(rest) : rest;
  const pieces = parse(shown, links);
  const parsed = start.parsed + shown.length;

  if (!growing && start.settled.length > 0 && Object.keys(links).length > 0) {
    // A definition may stand after the words that refer to it.
    const whole = parse(source).flatMap((piece) => piece.blocks);
    return { settledText: source, settled: whole, open: [], links, parsed: parsed + source.length };
  }
  const last = growing ? pieces.findLastIndex((piece) => piece.blocks.length > 0) : pieces.length;
  const done = pieces.slice(0, Math.max(0, last));
  const length = done.reduce((sum, piece) => sum + piece.length, 0);
  const added = done.flatMap((piece) => piece.blocks);
  return {
    settledText: growing ? source.slice(0, start.settledText.length + length) : source,
    settled: added.length > 0 ? [...start.settled, ...added] : start.settled,
    open: pieces.slice(Math.max(0, last)).flatMap((piece) => piece.blocks),
    links,
    parsed,
  };
}
