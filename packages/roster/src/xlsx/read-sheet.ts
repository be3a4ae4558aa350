import { columnIndex } from "../column-letters.ts";
import { rosterLimits } from "../limits.ts";
import { RosterFault } from "../problems.ts";
import { type CellMark, withoutGuard } from "../table.ts";
import { fillMerged, type Merge, readMerge } from "./merged-cells.ts";
import { type NumberFormats, showNumber } from "./number-format.ts";
import { richText } from "./read-strings.ts";
import { readXml } from "./read-xml.ts";
import { broken, type Zip } from "./zip.ts";

export type SheetRow = { readonly number: number; readonly cells: string[]; readonly marks: Map<number, CellMark> };
export type CellTexts = {
  readonly strings: readonly string[];
  readonly formats: NumberFormats;
  readonly startsIn1904: boolean;
};

/** The rows of one sheet that have something in them. Ends at the first cell beyond a limit. */
export function readSheet(zip: Zip, part: string, texts: CellTexts): SheetRow[] {
  const rows: SheetRow[] = [];
  const merges: Merge[] = [];
  const inline = richText();
  let number = 0;
  let row: SheetRow | null = null;
  let column = -1;
  let cell = { type: "n", style: -1, formula: false, value: "" };
  let inValue = false;
  readXml(zip, part, {
    open: (name, attribute) => {
      if (name === "row") {
        const next = Number(attribute("r") ?? number + 1);
        if (!Number.isInteger(next) || next <= number || next > 1_048_576) throw broken(part);
        number = next;
        row = { number, cells: [], marks: new Map() };
        column = -1;
      } else if (name === "c") {
        const reference = attribute("r");
        const next = reference === undefined ? column + 1 : columnIndex(reference);
        if (next === null || next <= column) throw broken(part);
        column = next;
        cell = { type: attribute("t") ?? "n", style: Number(attribute("s") ?? -1), formula: false, value: "" };
        inline.start();
      } else if (name === "f") cell.formula = true;
      else if (name === "v") inValue = true;
      else if (name === "mergeCell") merges.push(readMerge(attribute("ref") ?? "", part, merges.length));
      else inline.open(name);
    },
    text: (text) => {
      if (inValue && cell.value.length <= rosterLimits.cellLength * 7) cell.value += text;
      else inline.add(text);
    },
    close: (name) => {
      inline.close(name);
      if (name === "v") inValue = false;
      else if (name === "c" && row !== null) putCell(row, column, cell, inline.value(), texts, part);
      else if (name === "row" && row !== null) {
        if (row.cells.some((text) => text.trim() !== "") || row.marks.size > 0) rows.push(row);
        if (rows.length > rosterLimits.rows) throw new RosterFault("too_many_rows", { limit: rosterLimits.rows });
        row = null;
      }
    },
  });
  fillMerged(rows, merges);
  return rows;
}

type StoredCell = { readonly type: string; readonly style: number; readonly formula: boolean; readonly value: string };

function putCell(
  row: SheetRow,
  column: number,
  cell: StoredCell,
  inline: string,
  texts: CellTexts,
  part: string,
): void {
  const text = withoutGuard(cellText(cell, inline, texts, part));
  if (text.trim() === "" && !cell.formula) return;
  const place = { row: row.number, column };
  if (column >= rosterLimits.columns)
    throw new RosterFault("too_many_columns", { limit: rosterLimits.columns }, { row: row.number });
  if (text.length > rosterLimits.cellLength)
    throw new RosterFault("cell_too_long", { limit: rosterLimits.cellLength }, place);
  while (row.cells.length < column) row.cells.push("");
  row.cells[column] = text;
  if (cell.formula) row.marks.set(column, "formula");
  // A double holds 15 decimal digits; the file has zeros, or noise, in place of those beyond.
  else if (cell.type === "n" && Math.abs(Number(cell.value)) >= 1e15) row.marks.set(column, "rounded");
}

function cellText(cell: StoredCell, inline: string, texts: CellTexts, part: string): string {
  switch (cell.type) {
    case "s": {
      if (cell.value === "") return "";
      const text = texts.strings[Number(cell.value)];
      if (text === undefined) throw broken(part);
      return text;
    }
    case "inlineStr":
      return inline;
    case "n":
      return showNumber(cell.value, texts.formats[cell.style], texts.startsIn1904);
    case "b":
      return cell.value === "1" ? "TRUE" : "FALSE";
    default:
      // str (of a formula), e (an error such as #REF!), d (a date as text)
      return cell.value;
  }
}
