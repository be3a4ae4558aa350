import { columnIndex } from "../column-letters.ts";
import { rosterLimits } from "../limits.ts";
import type { SheetRow } from "./read-sheet.ts";
import { broken } from "./zip.ts";

export type Merge = { readonly column: number; readonly from: number; readonly to: number };

export function readMerge(reference: string, part: string, before: number): Merge {
  const match = /^([A-Z]{1,3})(\d{1,7})(?::[A-Z]{1,3}(\d{1,7}))?$/.exec(reference.replaceAll("$", ""));
  const column = columnIndex(match?.[1] ?? "");
  // No sheet of so few rows has more; each one is looked up in all rows.
  if (match === null || column === null || before > rosterLimits.rows) throw broken(part);
  return { column, from: Number(match[2]), to: Number(match[3] ?? match[2]) };
}

/**
 * A merged cell has its text in the first cell only. It is repeated downwards, as where several students share one cell of their section;
 * sideways it is a title. Merges that lie over each other are no spreadsheet's work and bring nothing more than the first did.
 */
export function fillMerged(rows: readonly SheetRow[], merges: readonly Merge[]): void {
  const at = new Map(rows.map((row, index) => [row.number, index]));
  for (const { column, from, to } of merges) {
    const first = at.get(from);
    if (first === undefined || to <= from) continue;
    const text = rows[first]?.cells[column] ?? "";
    const mark = rows[first]?.marks.get(column);
    if (text === "") continue;
    for (let index = first + 1; index < rows.length; index += 1) {
      const row = rows[index];
      if (row === undefined || row.number > to || (row.cells[column] ?? "") !== "") break;
      while (row.cells.length < column) row.cells.push("");
      row.cells[column] = text;
      if (mark !== undefined) row.marks.set(column, mark);
    }
  }
}
