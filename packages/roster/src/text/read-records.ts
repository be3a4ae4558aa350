import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { type TableRow, withoutGuard } from "../table.ts";

/**
 * Rows of separated text: cells may be quoted as RFC 4180 says, line ends are CRLF, LF or CR, mixed as they come. A quotation mark that
 * doesn't enclose a whole cell is an ordinary character, as in what Excel puts on the clipboard; one that is never closed is a fault.
 */
export function readRecords(text: string, delimiter: string, start = 0): TableRow[] {
  const rows: TableRow[] = [];
  const bare = new RegExp(`[^${delimiter}\\r\\n]*`, "y");
  let number = 0;
  let at = start;
  while (at < text.length) {
    number += 1;
    const cells: string[] = [];
    for (let column = 0; ; column += 1) {
      const cell = readQuoted(text, at, delimiter, { row: number, column }) ?? readBare(text, at, bare);
      at = cell.end;
      if (cell.text !== "") setCell(cells, column, cell.text, number);
      if (text[at] !== delimiter) break;
      at += 1;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    if (cells.some((cell) => cell.trim() !== "")) rows.push({ number, cells });
    if (rows.length > rosterLimits.rows) throw new RosterFault("too_many_rows", { limit: rosterLimits.rows });
  }
  return rows;
}

function setCell(cells: string[], column: number, text: string, row: number): void {
  if (text.trim() === "") return;
  if (column >= rosterLimits.columns)
    throw new RosterFault("too_many_columns", { limit: rosterLimits.columns }, { row });
  if (text.length > rosterLimits.cellLength) {
    throw new RosterFault("cell_too_long", { limit: rosterLimits.cellLength }, { row, column });
  }
  while (cells.length < column) cells.push("");
  cells[column] = plainText(text);
}

/** ="00123456" is how lists keep spreadsheets from taking text for a number; our own exports put an apostrophe before what begins so. */
function plainText(text: string): string {
  const kept = /^="((?:[^"]|"")*)"$/.exec(text);
  return kept === null ? withoutGuard(text) : (kept[1] ?? "").replaceAll('""', '"');
}

type ReadCell = { readonly text: string; readonly end: number };

function readBare(text: string, at: number, bare: RegExp): ReadCell {
  bare.lastIndex = at;
  const found = bare.exec(text)?.[0] ?? "";
  return { text: found, end: at + found.length };
}

/** Null if no quoted cell stands here. Looks no further than a cell may be long, so that stray quotation marks cost no square of time. */
function readQuoted(
  text: string,
  at: number,
  delimiter: string,
  place: { row: number; column: number },
): ReadCell | null {
  if (text[at] !== '"') return null;
  const furthest = at + rosterLimits.cellLength * 2 + 2;
  let close = text.indexOf('"', at + 1);
  while (close >= 0 && close <= furthest && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0 || close > furthest) throw new RosterFault("quote_unclosed", {}, place);
  const next = text[close + 1];
  if (next !== undefined && next !== delimiter && next !== "\r" && next !== "\n") return null;
  return { text: text.slice(at + 1, close).replaceAll('""', '"'), end: close + 1 };
}
