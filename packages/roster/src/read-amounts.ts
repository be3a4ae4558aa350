import { matchColumns } from "./columns/match-columns.ts";
import { type Problem, problem } from "./problems.ts";
import { readRoster } from "./read-roster.ts";
import { readRows } from "./rows/read-rows.ts";
import type { RosterRow } from "./rows/roster-row.ts";

export type AmountRow = { readonly row: number; readonly studentId: string; readonly amountNanos: bigint };

export type BadAmountRow = {
  readonly row: number;
  /** As in the file. */
  readonly studentId: string;
  readonly name: string;
  readonly problems: readonly Problem[];
};

export type ReadAmounts =
  | { readonly ok: true; readonly rows: readonly AmountRow[]; readonly bad: readonly BadAmountRow[] }
  | { readonly ok: false; readonly problem: Problem };

/**
 * A file of student IDs and amounts: who gets how much, and each row that can't be taken with why, also those of people who are no members. Amounts may be
 * zero; whether that is allowed is for whoever uses them.
 */
export function readAmounts(bytes: Uint8Array, memberIds: ReadonlySet<string>): ReadAmounts {
  const read = readRoster(bytes);
  if (!read.ok) return read;
  const columns = matchColumns(read.table);
  const fatal = columns.problems.find(({ code }) => code === "no_key_column" || code === "header_only");
  if (fatal !== undefined) return { ok: false, problem: fatal };
  const has = (field: string) => columns.columns.some((column) => column.field === field);
  if (!has("studentId")) return { ok: false, problem: problem("no_student_id_column") };
  if (!has("amount")) return { ok: false, problem: problem("no_amount_column") };
  const rows: AmountRow[] = [];
  const bad: BadAmountRow[] = [];
  for (const each of readRows(read.table, columns).rows) {
    if (each.mergedInto !== undefined) continue;
    const { row, studentId, amountNanos } = each;
    const problems = problemsOf(each, memberIds);
    if (problems.length === 0 && studentId !== null && amountNanos !== null) rows.push({ row, studentId, amountNanos });
    else bad.push({ row, studentId: each.text.studentId.trim(), name: each.text.name.trim(), problems });
  }
  return { ok: true, rows, bad };
}

/** What is wrong with the ID and the amount; what else stands in the row is no business of this. */
function problemsOf(each: RosterRow, memberIds: ReadonlySet<string>): Problem[] {
  const said = each.problems.filter(
    ({ severity, field }) => severity === "bad" && (field === undefined || field === "studentId" || field === "amount"),
  );
  const place = { row: each.row };
  if (said.length > 0) return said;
  if (each.studentId === null) return [problem("id_missing", {}, place)];
  if (each.amountNanos === null) return [problem("amount_missing", {}, place)];
  return memberIds.has(each.studentId) ? [] : [problem("not_a_member", { id: each.studentId }, place)];
}
