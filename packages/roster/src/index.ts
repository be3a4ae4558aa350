/**
 * A roster from bytes to a diff, in four steps that are pure functions, so that the same input and edits always give the same preview:
 *
 * 1. `readRoster(bytes)`: a file or pasted text → a table of text cells, or one problem.
 * 2. `matchColumns(table, choices)`: which column is what, guessed, and corrected by a person.
 * 3. `readRows(table, columns, edits)`: students, each with its problems; edits by row number.
 * 4. `diffRoster(rows, known)`: new, known, changed, gone, held, bad against what a course has.
 *
 * Row numbers are a spreadsheet's, from 1; columns count from 0. Amounts are nanos. Nothing throws over what is in a file.
 */
export { columnLetters } from "./column-letters.ts";
export { type RosterField, rosterFields } from "./columns/fields.ts";
export {
  type ColumnChoices,
  type FieldScore,
  type MatchedColumn,
  type MatchedColumns,
  matchColumns,
  matchRosterColumns,
} from "./columns/match-columns.ts";
export {
  applyDiff,
  type ChangedRow,
  type ComparedField,
  type DiffOptions,
  diffRoster,
  type FieldChange,
  type HeldStudent,
  type KnownStudent,
  type MatchedRow,
  type RosterDiff,
} from "./diff-roster.ts";
export { rosterLimits } from "./limits.ts";
export { type Problem, type ProblemCode, sayProblem } from "./problems.ts";
export { type AmountRow, type BadAmountRow, type ReadAmounts, readAmounts } from "./read-amounts.ts";
export { type ReadOptions, type ReadResult, readRoster } from "./read-roster.ts";
export { encodeReceipt, type ReceiptColumn, type ReceiptLine, type ReceiptResult, receiptLines } from "./receipt.ts";
export { checkRow, type UncheckedRow } from "./rows/check-row.ts";
export { type ReadRows, type RowEdits, readRows, type SkippedRow } from "./rows/read-rows.ts";
export {
  type EditableField,
  editableFields,
  isBad,
  type RosterRow,
  type RowProblem,
  type RowText,
} from "./rows/roster-row.ts";
export { readStudentId } from "./rows/student-id.ts";
export { type RowToApply, rowsToApply } from "./rows-to-apply.ts";
export type { CellMark, Encoding, RosterTable, TableRow } from "./table.ts";
