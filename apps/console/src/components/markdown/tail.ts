/** The start of the last paragraph: what no later text can separate from the end. */
function paragraphStart(text: string): number {
  const blank = /[\s\S]*\n[ \t]*\n/.exec(text);
  return blank ? blank[0].length : 0;
}

/** The marks of the fence that is still open at the end of `text`, or null. */
function openFence(text: string): string | null {
  let open: string | null = null;
  for (const [, marks = "", rest = ""] of text.matchAll(/^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(`{3,}|~{3,})([^\n]*)$/gm)) {
    if (open === null) {
      if (!(marks.startsWith("`") && rest.includes("`"))) open = marks;
    } else if (marks[0] === open[0] && marks.length >= open.length && rest.trim() === "") open = null;
  }
  return open;
}

const bareMarks = /^[ \t>]*(?:[-=*+#|>_$\\]+|`{1,}[^`]*|~{1,}[^~]*|\d{1,9}[.)]?|\[\^?[^\]]*)[ \t]*$/;

/** Drops a last line that only begins a block (a list's dash, a fence, a table's head): it would show as something else. */
function dropUnfinishedLine(text: string): string {
  const lineStart = text.lastIndexOf("\n") + 1;
  if (bareMarks.test(text.slice(lineStart))) return text.slice(0, lineStart);
  return text;
}

function dropTableHead(text: string, start: number): string {
  const paragraph = text.slice(start);
  const head = /(?:^|\n)[ \t]*\|[^\n]*(?:\n[ \t]*\|?[\s:|-]*)?$/.exec(paragraph);
  if (!head || /\n[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[\s:|-]*\n/.test(paragraph)) return text;
  const above = paragraph.slice(0, head.index).split("\n").at(-1) ?? "";
  return above.trim().startsWith("|") ? text : text.slice(0, start + head.index);
}

/** Whether the end of a line after a `$` may still become a formula; money and variables are let through soon. */
function mayBecomeTex(rest: string): boolean {
  if (rest === "") return true;
  if (/^\s/.test(rest) || rest.length > 160 || rest.includes("\n")) return false;
  if (/[\p{Script=Han}，。；：、]/u.test(rest)) return /\\(text|mathrm)\{[^}]*$/.test(rest);
  return !/\s/.test(rest) || /[\\^_{}=+<>]/.test(rest);
}

interface Opener {
  at: number;
  mark: string;
}

const closers: Record<string, string> = { $$: "$$", "\\[": "\\]", "\\(": "\\)" };

/** The first code span or formula of the paragraph that has no end yet, and how many `**` stand outside of all others. */
function scanInline(text: string, from: number): { opener: Opener | null; strong: number[] } {
  const strong: number[] = [];
  let at = from;
  while (at < text.length) {
    const mark = /^(?:`+|\$\$|\\[\s\S]|\$|\*\*)/.exec(text.slice(at, at + 64))?.[0];
    if (!mark) {
      at += 1;
      continue;
    }
    const after = at + mark.length;
    if (mark === "**") strong.push(at);
    else if (mark === "$") {
      const close = /^(?![\s$])(?:\\[^\n]|[^$\\`\n])*?[^\s$\\`]\$(?!\d)/.exec(text.slice(after));
      if (!close && mayBecomeTex(text.slice(after))) return { opener: { at, mark }, strong };
      at = after + (close?.[0].length ?? 0);
      continue;
    } else if (mark.startsWith("`") || closers[mark]) {
      const closer = closers[mark] ?? mark;
      const end = text.indexOf(closer, after);
      if (end < 0) return { opener: { at, mark }, strong };
      at = end + closer.length;
      continue;
    }
    at = after;
  }
  return { opener: null, strong };
}

/** An unfinished formula on lines of its own is closed, to grow in sight; inline ones wait; open code is closed. */
function closeInline(text: string, from: number): string {
  const { opener, strong } = scanInline(text, from);
  let shown = text;
  if (opener) {
    const inside = text.slice(opener.at + opener.mark.length);
    const isDisplay = opener.mark === "$$" || opener.mark === "\\[";
    if (opener.mark.startsWith("`") && inside.trim() !== "") shown = text + opener.mark;
    else if (isDisplay && inside.replace(/[$\\\s]+$/, "") !== "") {
      shown = text.slice(0, opener.at) + opener.mark + inside.replace(/[$\\\s]+$/, "") + closers[opener.mark];
    } else shown = text.slice(0, opener.at);
  }
  const open = strong.length % 2 === 1 ? strong.at(-1) : undefined;
  if (open === undefined) return shown;
  const empty =
    shown
      .slice(open + 2)
      .replaceAll("*", "")
      .trim() === "";
  return empty ? shown.slice(0, open) : `${shown.replace(/[\s*]+$/, "")}**`;
}

/**
 * A growing text with its unfinished end made fit to be seen: a formula or code that is still open never flashes as the
 * characters it is written with. Only the end changes, and nothing that is complete.
 */
export function settleTail(text: string): string {
  const fence = openFence(text);
  if (fence !== null) {
    const lineStart = text.lastIndexOf("\n") + 1;
    const line = text.slice(lineStart);
    // The line that opens it, before its language is whole, or a closing line that is not whole.
    if (line.trim() !== "" && /^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(`+[^`]*|~+[^~]*)$/.test(line)) {
      return text.slice(0, lineStart).replace(/\n$/, "");
    }
    return text;
  }
  const trimmed = dropUnfinishedLine(text).replace(/(?<!\\)\\$/, "");
  const start = paragraphStart(trimmed);
  const withoutLink = trimmed
    .replace(/!\[[^\]\n]*(?:\]\([^)\n]*)?$/, "")
    .replace(/\[([^\]\n]*)\]\([^)\n]*$/, "$1")
    .replace(/\[\^[^\]\n]*$/, "");
  return closeInline(
    dropTableHead(withoutLink, Math.min(start, withoutLink.length)),
    Math.min(start, withoutLink.length),
  );
}
