import { matchTitle, type RosterField } from "../columns/fields.ts";
import type { MatchedColumns } from "../columns/match-columns.ts";
import type { CellMark, RosterTable, TableRow } from "../table.ts";
import { checkRow } from "./check-row.ts";
import { markDuplicates } from "./mark-duplicates.ts";
import { markShortIds } from "./mark-short-ids.ts";
import { joinName } from "./person-name.ts";
import { type EditableField, editableFields, type RosterRow, type RowText } from "./roster-row.ts";

/** What a person did to rows in the preview, by number in the file: other text for some fields, or the row taken out. */
export type RowEdits = ReadonlyMap<number, Partial<RowText> | "drop">;

export type SkippedRow = {
  readonly row: number;
  /** What stands above the headings, the headings again, a line that Canvas adds, or one that a person took out. */
  readonly why: "title" | "header" | "header_again" | "canvas" | "dropped";
};

export type ReadRows = { readonly rows: readonly RosterRow[]; readonly skipped: readonly SkippedRow[] };

/** The students of a table, in its order, each checked by itself and against the others. The same input gives the same rows. */
export function readRows(table: RosterTable, matched: MatchedColumns, edits: RowEdits = new Map()): ReadRows {
  const columnOf = new Map<RosterField, number>();
  for (const { field, index } of matched.columns)
    if (field !== null && !columnOf.has(field)) columnOf.set(field, index);
  const rows: RosterRow[] = [];
  const skipped: SkippedRow[] = [];
  const header = table.rows.find(({ number }) => number === matched.headerRow);
  for (const source of table.rows) {
    const why = edits.get(source.number) === "drop" ? "dropped" : skipReason(source, header, columnOf);
    if (why === null) rows.push(toRow(source, matched, columnOf, edits));
    else skipped.push({ row: source.number, why });
  }
  return { rows: markShortIds(markDuplicates(rows)), skipped };
}

function skipReason(
  { number, cells }: TableRow,
  header: TableRow | undefined,
  columnOf: ReadonlyMap<RosterField, number>,
): SkippedRow["why"] | null {
  if (header !== undefined && number <= header.number) return number === header.number ? "header" : "title";
  const cell = (field: RosterField) => cells[columnOf.get(field) ?? -1]?.trim() ?? "";
  const key = columnOf.has("studentId") ? "studentId" : "email";
  if (header !== undefined && cell(key) !== "" && matchTitle(cell(key))?.field === key) {
    const same = cells.every((text, index) => text.trim() === (header.cells[index] ?? "").trim());
    if (same) return "header_again";
  }
  // Of gradebooks: the row of maxima and the student that a teacher sees through.
  const isCanvas = /^(?:points possible|student, test|test student)$/i.test(cell("name"));
  return isCanvas && cell("studentId") === "" ? "canvas" : null;
}

function toRow(
  { number, cells, marks }: TableRow,
  matched: MatchedColumns,
  columnOf: ReadonlyMap<RosterField, number>,
  edits: RowEdits,
): RosterRow {
  const cell = (field: RosterField) => cells[columnOf.get(field) ?? -1] ?? "";
  const edit = edits.get(number);
  const typed = edit === undefined || edit === "drop" ? {} : edit;
  const name = columnOf.has("name") ? cell("name") : joinName(cell("familyName"), cell("givenName"));
  const text: RowText = {
    studentId: cell("studentId"),
    name,
    email: cell("email"),
    section: cell("section"),
    amount: cell("amount"),
    ...typed,
  };
  const said: Partial<Record<EditableField, CellMark>> = {};
  for (const field of editableFields) {
    const mark = marks?.get(columnOf.get(field) ?? -1);
    // What a person has typed is no formula any more.
    if (mark !== undefined && typed[field] === undefined) said[field] = mark;
  }
  const other: Record<string, string> = {};
  for (const column of matched.columns) {
    const kept = cells[column.index] ?? "";
    if (column.field === null && kept !== "")
      Object.defineProperty(other, column.title, { value: kept, enumerable: true });
  }
  return checkRow({ row: number, text, other, marks: said });
}
