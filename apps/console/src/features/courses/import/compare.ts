import { countRoster, type MemberRow, type RosterCounts } from "@lyceum/db";
import {
  diffRoster,
  type KnownStudent,
  type MatchedColumns,
  matchRosterColumns,
  type Problem,
  type RosterDiff,
  type RosterRow,
  type RosterTable,
  type RowEdits,
  type RowToApply,
  readRoster,
  readRows,
  rowsToApply,
} from "@lyceum/roster";
import type { z } from "zod";
import type { rosterChoices } from "./schema.ts";

export type Compared = {
  readonly table: RosterTable;
  readonly columns: MatchedColumns;
  readonly rows: readonly RosterRow[];
  readonly diff: RosterDiff;
  /** Rows that name staff of the course: a roster leaves them alone. */
  readonly staffRows: number;
  readonly keepMissing: boolean;
  readonly written: readonly RowToApply[];
  readonly heldIds: readonly string[];
  /** What writing it would count. */
  readonly counts: RosterCounts;
};

export type Comparison =
  | { readonly ok: true; readonly compared: Compared }
  /** The file can't be read at all, or (with its table) no column says who is who. */
  | { readonly ok: false; readonly problem: Problem; readonly found?: Pick<Compared, "table" | "columns"> };

/** A list against the members of a course. The same bytes, choices and members give the same answer, on any server. */
export function compareRoster(
  bytes: Uint8Array,
  choices: z.output<typeof rosterChoices>,
  members: readonly MemberRow[],
): Comparison {
  const read = readRoster(bytes, choices.sheet === undefined ? {} : { sheet: choices.sheet });
  if (!read.ok) return read;
  const { table } = read;
  const columns = matchRosterColumns(table, {
    ...(choices.headerRow === undefined ? {} : { headerRow: choices.headerRow }),
    fields: new Map(choices.fields),
  });
  const fatal = columns.problems.find(({ code }) => code === "no_key_column" || code === "header_only");
  if (fatal !== undefined) return { ok: false, problem: fatal, found: { table, columns } };
  const staff = new Set(members.filter(({ role }) => role !== "student").map(({ studentId }) => studentId));
  const all = readRows(table, columns, new Map(choices.edits) as RowEdits).rows;
  const rows = all.filter(({ studentId }) => studentId === null || !staff.has(studentId));
  const students: KnownStudent[] = members.filter(({ role }) => role === "student");
  const diff = diffRoster(rows, students, { notSame: new Set(choices.notSame), offerCorrections: true });
  const written = rowsToApply(diff, new Set(choices.confirmed));
  const heldIds = diff.held.map(({ student }) => student.id);
  const keepMissing = choices.keepMissing ?? !diff.goneIsSure;
  const counts = countRoster(members, { rows: written, heldIds, keepMissing });
  const staffRows = all.length - rows.length;
  return {
    ok: true,
    compared: { table, columns, rows, diff, staffRows, keepMissing, written, heldIds, counts },
  };
}
