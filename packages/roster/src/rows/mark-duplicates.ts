import { type ProblemCode, problem } from "../problems.ts";
import type { EditableField, RosterRow, RowProblem } from "./roster-row.ts";

/** Says of rows with one student ID that they are one (same data) or that neither can be believed; and of e-mail addresses that repeat. */
export function markDuplicates(rows: readonly RosterRow[]): RosterRow[] {
  const byId = groupBy(rows, (row) => row.studentId);
  // Once for each ID: a file of one ID twenty thousand times must not take the square of that.
  const odd = new Map([...byId].map(([id, same]) => [id, firstDifferent(same)]));
  const marked = rows.map((row) => {
    const [first, second] = row.studentId === null ? [] : (byId.get(row.studentId) ?? []);
    if (first === undefined || second === undefined || row.studentId === null) return row;
    const different = odd.get(row.studentId);
    if (different !== undefined) {
      const other = dataOf(row) === dataOf(first) ? different : first;
      return withProblem(row, "duplicate_different", "studentId", "bad", other.row);
    }
    if (first === row) return row;
    return { ...withProblem(row, "duplicate_same", "studentId", "note", first.row), mergedInto: first.row };
  });
  const byEmail = groupBy(
    marked.filter((row) => row.mergedInto === undefined),
    (row) => row.email,
  );
  return marked.map((row) => {
    const other = row.email === null ? undefined : byEmail.get(row.email)?.find((one) => one.row !== row.row);
    if (other === undefined || row.mergedInto !== undefined || sharesId(row, other)) return row;
    return withProblem(row, "email_repeated", "email", row.studentId === null ? "bad" : "note", other.row);
  });
}

function sharesId(row: RosterRow, other: RosterRow): boolean {
  return row.studentId !== null && row.studentId === other.studentId;
}

function firstDifferent([first, ...rest]: readonly RosterRow[]): RosterRow | undefined {
  const data = first === undefined ? "" : dataOf(first);
  return rest.find((row) => dataOf(row) !== data);
}

/** What a row says beside its ID; of what couldn't be read the text, so that a bad row is never the same as a blank one. */
function dataOf({ name, email, section, amountNanos, text }: RosterRow): string {
  const amount = amountNanos === null ? null : String(amountNanos);
  return JSON.stringify([
    name ?? text.name.trim(),
    email ?? text.email.trim(),
    section ?? text.section.trim(),
    amount ?? text.amount.trim(),
  ]);
}

function withProblem(
  row: RosterRow,
  code: ProblemCode,
  field: EditableField,
  severity: RowProblem["severity"],
  other: number,
): RosterRow {
  const said = { ...problem(code, { other }, { row: row.row }), severity, field };
  return { ...row, problems: [...row.problems, said] };
}

function groupBy(rows: readonly RosterRow[], key: (row: RosterRow) => string | null): Map<string, RosterRow[]> {
  const groups = new Map<string, RosterRow[]>();
  for (const row of rows) {
    const value = key(row);
    if (value === null) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  return groups;
}
