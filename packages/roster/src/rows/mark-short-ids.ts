import { problem } from "../problems.ts";
import type { RosterRow } from "./roster-row.ts";

/** With fewer rows, or a smaller share of one length, a short ID says nothing. */
const fewest = 5;
const share = 0.8;

/** Notes IDs of digits only that are shorter than nearly all others: a spreadsheet that took them for numbers leaves no other trace. */
export function markShortIds(rows: readonly RosterRow[]): RosterRow[] {
  const lengths = new Map<number, number>();
  for (const { studentId } of rows) {
    if (studentId !== null) lengths.set(studentId.length, (lengths.get(studentId.length) ?? 0) + 1);
  }
  const all = [...lengths.values()].reduce((sum, count) => sum + count, 0);
  const usual = [...lengths].find(([, count]) => all >= fewest && count >= all * share)?.[0];
  if (usual === undefined) return [...rows];
  return rows.map((row) => {
    if (row.studentId === null || row.studentId.length >= usual || !/^[1-9]\d*$/.test(row.studentId)) return row;
    const said = problem("id_short", { value: row.studentId }, { row: row.row });
    return { ...row, problems: [...row.problems, { ...said, severity: "note", field: "studentId" }] };
  });
}
