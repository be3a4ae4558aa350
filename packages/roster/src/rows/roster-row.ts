import type { Problem } from "../problems.ts";

/** The fields of a student's row that a person can edit, as text. `amount` as typed, without what it is in. */
export const editableFields = ["studentId", "name", "email", "section", "amount"] as const;
export type EditableField = (typeof editableFields)[number];

export type RowText = Readonly<Record<EditableField, string>>;

/** `bad`: the row can't be imported until somebody mends or drops it. `note`: worth seeing, stops nothing. */
export type RowProblem = Problem & { readonly severity: "bad" | "note"; readonly field?: EditableField };

export type RosterRow = {
  /** Number in the file. */
  readonly row: number;
  /** As it was in the file or typed by a person: what an editor shows. */
  readonly text: RowText;
  /** Read and normalised; null where blank or bad. */
  readonly studentId: string | null;
  readonly name: string | null;
  /** Lower case. */
  readonly email: string | null;
  readonly section: string | null;
  readonly amountNanos: bigint | null;
  /** Cells of columns that aren't used, by title. */
  readonly other: Readonly<Record<string, string>>;
  readonly problems: readonly RowProblem[];
  /** The row that says the same, and counts in place of this one. */
  readonly mergedInto?: number;
};

export function isBad(row: RosterRow): boolean {
  return row.problems.some(({ severity }) => severity === "bad");
}
