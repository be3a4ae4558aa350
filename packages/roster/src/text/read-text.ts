import { problem, RosterFault } from "../problems.ts";
import type { RosterTable, TableRow } from "../table.ts";
import { decodeText } from "./decode-text.ts";
import { readRecords } from "./read-records.ts";

const delimiters = ["\t", ",", ";", "|", "，"] as const;

/** Quoted cells may hold line ends: what is in them separates nothing, and is left out before lines are told apart. */
const quotedCells = new RegExp(
  `(^|[${delimiters.join("")}\\r\\n])"(?:[^"]|"")*"(?=[${delimiters.join("")}\\r\\n]|$)`,
  "g",
);

/** CSV, TSV and whatever is pasted. The separator is the one that gives most rows of one width, then the widest. */
export function readText(bytes: Uint8Array): RosterTable {
  const decoded = decodeText(bytes);
  const text = decoded.text.replaceAll("\uFEFF", "");
  // Excel's own way to say the separator, in a line before the rest.
  const said = /^sep=([\t,;|])(?:\r\n|\r|\n)/i.exec(text);
  const delimiter = said?.[1] ?? likelyDelimiter(text);
  const rows = readRecords(text, delimiter, said === null ? 0 : said[0].length);
  if (rows.length === 0) throw new RosterFault("file_blank");
  refuseOtherDelimiter(rows, delimiter);
  const marksInside = decoded.text.length - text.length > (decoded.text.startsWith("\uFEFF") ? 1 : 0);
  return {
    source: { kind: "text", encoding: decoded.encoding, delimiter },
    rows: said === null ? rows : rows.map((row) => ({ ...row, number: row.number + 1 })),
    width: Math.max(...widths(rows)),
    notes: marksInside ? [problem("bom_inside")] : [],
  };
}

function widths(rows: readonly TableRow[]): number[] {
  return rows.map((row) => row.cells.length);
}

function likelyDelimiter(text: string): string {
  const sample = text
    .slice(0, 64_000)
    .replace(quotedCells, "$1")
    .split(/\r\n|\r|\n/, 100);
  let best: { delimiter: string; rows: number; width: number } = { delimiter: ",", rows: 0, width: 1 };
  for (const delimiter of delimiters) {
    const { count, width } = mostUsualWidth(sample, delimiter);
    if (width > 1 && (count > best.rows || (count === best.rows && width > best.width))) {
      best = { delimiter, rows: count, width };
    }
  }
  return best.delimiter;
}

/** How many columns rows have most often, counting only those with two or more; blank cells at the end are columns here. */
function mostUsualWidth(sample: readonly string[], delimiter: string): { count: number; width: number } {
  const counts = new Map<number, number>();
  for (const line of sample) {
    // A tab at the start of a cell is another way to keep a number text, and separates nothing.
    const width = (delimiter === "\t" ? line.replace(/(^|,)\t/g, "$1") : line).split(delimiter).length;
    if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  let best = { count: 0, width: 1 };
  for (const [width, count] of counts) if (count > best.count) best = { count, width };
  return best;
}

/** A row of one cell that another separator would split into as many as the others have. */
function refuseOtherDelimiter(rows: readonly TableRow[], delimiter: string): void {
  const counts = new Map<number, number>();
  for (const width of widths(rows)) counts.set(width, (counts.get(width) ?? 0) + 1);
  const usual = [...counts].filter(([width]) => width > 1).sort((a, b) => b[1] - a[1])[0]?.[0];
  if (usual === undefined) return;
  for (const { cells, number } of rows) {
    if (cells.length !== 1) continue;
    const other = delimiters.find((one) => one !== delimiter && cells[0]?.split(one).length === usual);
    if (other !== undefined) {
      throw new RosterFault("delimiter_mixed", { one: shown(other), other: shown(delimiter) }, { row: number });
    }
  }
}

function shown(delimiter: string): string {
  return delimiter === "\t" ? "Tab" : delimiter;
}
