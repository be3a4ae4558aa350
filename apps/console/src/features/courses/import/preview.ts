import type { RosterCounts } from "@lyceum/db";
import {
  type EditableField,
  editableFields,
  type FieldChange,
  isBad,
  type KnownStudent,
  type MatchedColumns,
  type RosterDiff,
  type RosterField,
  type RosterRow,
  type RosterTable,
  sayProblem,
} from "@lyceum/roster";
import type { Compared, Comparison } from "./compare.ts";
import type { MoneyFacts } from "./money-facts.ts";

type Locale = "zh" | "en";

export type PreviewColumn = {
  readonly index: number;
  readonly title: string;
  readonly field: RosterField | null;
  readonly fit: number;
  readonly sample: string;
};

export type PreviewPerson = {
  /** Number in the file; null: the file doesn't name them. */
  readonly row: number | null;
  readonly studentId: string;
  readonly name: string;
  readonly section: string;
  /** Worth knowing about the row. */
  readonly notes: readonly string[];
};

export type PreviewChange = PreviewPerson & {
  readonly changes: readonly FieldChange[];
  /** Matches only by e-mail address. "other": with another ID, so nobody can say it is the same. "corrected": the ID may have been mistyped. */
  readonly confirm: null | "ask" | "other" | "corrected";
};

/** A row to mend: bad, or mended already. */
export type PreviewRepair = {
  readonly row: number;
  readonly text: Readonly<Record<EditableField, string>>;
  readonly bad: readonly { readonly field: EditableField | null; readonly sentence: string }[];
};

/** What is known of the file even where no student can be read. */
export type PreviewFile = {
  readonly encoding: string | null;
  readonly sheet: string | null;
  readonly sheets: readonly string[];
  /** Number of the row of headings; null: there is none. */
  readonly headerRow: number | null;
  /** The first rows, of which one could be the headings. */
  readonly firstRows: readonly { readonly row: number; readonly text: string }[];
  readonly columns: readonly PreviewColumn[];
  readonly notes: readonly string[];
};

export type RosterPreview = {
  readonly file: PreviewFile;
  /** Students that the file names, bad ones too. */
  readonly rows: number;
  readonly new: readonly PreviewPerson[];
  readonly known: readonly PreviewPerson[];
  readonly changed: readonly PreviewChange[];
  readonly gone: readonly PreviewPerson[];
  readonly held: readonly PreviewPerson[];
  readonly repairs: readonly PreviewRepair[];
  readonly bad: number;
  readonly goneIsSure: boolean;
  readonly keepMissing: boolean;
  readonly staffRows: number;
  /** What writing it will count. */
  readonly expected: RosterCounts;
};

export type PreviewAnswer =
  | {
      readonly ok: true;
      readonly preview: RosterPreview;
      /** Left out where nobody can be given anything. */
      readonly money?: MoneyFacts | undefined;
    }
  | { readonly ok: false; readonly message: string; readonly file?: PreviewFile };

/** A comparison as the page shows it, with sentences in the reader's language. */
export function previewOf(comparison: Comparison, edited: ReadonlySet<number>, locale: Locale): PreviewAnswer {
  if (!comparison.ok) {
    const { problem, found } = comparison;
    const message = sayProblem(problem, locale);
    return found === undefined
      ? { ok: false, message }
      : { ok: false, message, file: fileOf(found.table, found.columns, locale) };
  }
  const { compared } = comparison;
  const { diff, table, columns, keepMissing, staffRows, counts: expected } = compared;
  const preview: RosterPreview = {
    file: fileOf(table, columns, locale),
    rows: diff.counts.new + diff.counts.known + diff.counts.changed + diff.counts.bad,
    ...listsOf(diff, locale),
    repairs: repairsOf(compared, edited, locale),
    bad: diff.counts.bad,
    ...{ goneIsSure: diff.goneIsSure, keepMissing, staffRows, expected },
  };
  return { ok: true, preview };
}

function listsOf(diff: RosterDiff, locale: Locale) {
  const ofRow = ({ row, studentId, name, section, problems }: RosterRow, student?: KnownStudent): PreviewPerson => ({
    row,
    studentId: studentId ?? student?.studentId ?? "",
    name: name ?? student?.name ?? "",
    section: section ?? student?.section ?? "",
    notes: problems.filter(({ severity }) => severity === "note").map((said) => said[locale]),
  });
  const ofStudent = ({ studentId, name, section }: KnownStudent): PreviewPerson => ({
    ...{ row: null, studentId: studentId ?? "", name: name ?? "", section: section ?? "", notes: [] },
  });
  return {
    new: diff.new.map((row) => ofRow(row)),
    known: diff.known.map(({ row, student }) => ofRow(row, student)),
    changed: diff.changed.map(({ row, student, changes, matchedBy, needsConfirmation }): PreviewChange => {
      const isOther = row.studentId !== null && row.studentId !== student.studentId;
      const unsure = matchedBy === "correction" ? "corrected" : isOther ? "other" : "ask";
      return { ...ofRow(row, student), changes, confirm: needsConfirmation ? unsure : null };
    }),
    gone: diff.gone.map(ofStudent),
    held: diff.held.map(({ student }) => ofStudent(student)),
  };
}

function repairsOf({ diff, rows }: Compared, edited: ReadonlySet<number>, locale: Locale): PreviewRepair[] {
  const shown = new Map([...rows.filter(({ row }) => edited.has(row)), ...diff.bad].map((row) => [row.row, row]));
  return [...shown.values()]
    .sort((a, b) => a.row - b.row)
    .map((row) => ({
      row: row.row,
      text: Object.fromEntries(editableFields.map((field) => [field, row.text[field]])) as PreviewRepair["text"],
      bad: isBad(row)
        ? row.problems
            .filter(({ severity }) => severity === "bad")
            .map((said) => ({ field: said.field ?? null, sentence: said[locale] }))
        : [],
    }));
}

/** Enough to find the headings among, below titles and notes. */
const FIRST_ROWS = 8;

function fileOf({ source, notes, rows }: RosterTable, columns: MatchedColumns, locale: Locale): PreviewFile {
  const said = columns.problems.filter(({ code }) => code !== "column_unknown" && code !== "no_key_column");
  return {
    encoding: source.kind === "text" ? source.encoding : null,
    sheet: source.kind === "xlsx" ? source.sheet : null,
    sheets: source.kind === "xlsx" ? source.sheets : [],
    headerRow: columns.headerRow,
    firstRows: rows.slice(0, FIRST_ROWS).map(({ number, cells }) => ({
      row: number,
      text: [...cells.filter((cell) => cell.trim() !== "").join(locale === "zh" ? "、" : ", ")].slice(0, 60).join(""),
    })),
    columns: columns.columns.map(({ index, title, field, fit, samples }) => ({
      ...{ index, title, field, fit, sample: samples[0] ?? "" },
    })),
    notes: [...notes, ...said].map((each) => sayProblem(each, locale)),
  };
}
