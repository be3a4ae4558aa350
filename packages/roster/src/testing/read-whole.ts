import { type ColumnChoices, type MatchedColumns, matchColumns } from "../columns/match-columns.ts";
import { readRoster } from "../read-roster.ts";
import { type ReadRows, type RowEdits, readRows } from "../rows/read-rows.ts";
import type { RosterTable } from "../table.ts";
import { utf8 } from "./encode-gb18030.ts";

export function tableOf(file: Uint8Array | string, sheet?: string): RosterTable {
  const bytes = typeof file === "string" ? utf8(file) : file;
  const result = readRoster(bytes, sheet === undefined ? {} : { sheet });
  if (!result.ok) throw new Error(result.problem.code);
  return result.table;
}

/** All steps up to the rows. */
export function rosterOf(
  file: Uint8Array | string,
  choices: ColumnChoices = {},
  edits: RowEdits = new Map(),
): ReadRows & { readonly table: RosterTable; readonly matched: MatchedColumns } {
  const table = tableOf(file);
  const matched = matchColumns(table, choices);
  return { table, matched, ...readRows(table, matched, edits) };
}

export function codesOf(problems: readonly { readonly code: string }[]): string[] {
  return problems.map(({ code }) => code);
}
