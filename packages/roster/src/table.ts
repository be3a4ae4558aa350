import type { Problem } from "./problems.ts";

/** What is special about a cell: a formula (the text is its last result, if any), a number of more digits than a spreadsheet keeps. */
export type CellMark = "formula" | "rounded";

export type TableRow = {
  /** Its number in the file as a spreadsheet counts, from 1, blank rows too. */
  readonly number: number;
  /** Text of each column, short of blank ones at the end. */
  readonly cells: readonly string[];
  /** By column; absent where nothing is special. */
  readonly marks?: ReadonlyMap<number, CellMark>;
};

export type Encoding = "UTF-8" | "UTF-16LE" | "UTF-16BE" | "GB18030";

/** What was in a file: text cells only, blank rows left out. */
export type RosterTable = {
  /** `kind: "text"` for CSV, TSV and pasted text. */
  readonly source:
    | { readonly kind: "text"; readonly encoding: Encoding; readonly delimiter: string }
    | { readonly kind: "xlsx"; readonly sheet: string; readonly sheets: readonly string[] };
  readonly rows: readonly TableRow[];
  /** Columns up to the last one with something in it. */
  readonly width: number;
  /** What a person should know about the file; none of it stops the import. */
  readonly notes: readonly Problem[];
};

/** Our own exports put an apostrophe before what a spreadsheet would run (csvCell); reading takes it off again. */
export function withoutGuard(text: string): string {
  return /^'+[=+\-@＝＋－＠\t\r\n]/.test(text) ? text.slice(1) : text;
}
