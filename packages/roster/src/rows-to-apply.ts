import type { RosterDiff } from "./diff-roster.ts";

/** One student of a roster under the ID that the course has; what is left out stays as it was. */
export type RowToApply = {
  readonly studentId: string;
  /** The ID that the course has so far, where a person said that this one corrects it. */
  readonly insteadOf?: string;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly section?: string | null;
};

/**
 * What is to be written: everybody whom the file names. A row that matches only by e-mail address keeps its student as they are, until a person has
 * said (`confirmed`, by number of the row) that they are the same; another ID behind the same address never becomes theirs, but one that
 * corrects a typing error does where a person said so of that very row.
 */
export function rowsToApply(diff: RosterDiff, confirmed: ReadonlySet<number> | "all" = new Set()): RowToApply[] {
  const known = [...diff.known.map((match) => ({ ...match, needsConfirmation: false })), ...diff.changed];
  return [
    ...diff.new.map(({ studentId, name, email, section }) => ({ studentId: studentId ?? "", name, email, section })),
    ...known.flatMap(({ row, student, matchedBy, needsConfirmation }): RowToApply[] => {
      const studentId = student.studentId ?? "";
      const isOther = row.studentId !== null && row.studentId !== studentId;
      const isSure = !needsConfirmation || confirmed === "all" || confirmed.has(row.row);
      if (matchedBy === "correction" && confirmed !== "all" && isSure && row.studentId !== null) {
        const { name, email, section } = row;
        return [{ studentId: row.studentId, insteadOf: studentId, name, email, section }];
      }
      if (!isOther && isSure) return [{ studentId, name: row.name, email: row.email, section: row.section }];
      // Naming somebody who has left would bring them back.
      return student.state === "left" ? [] : [{ studentId }];
    }),
  ];
}
