import { columnLetters } from "../column-letters.ts";
import { type Problem, problem } from "../problems.ts";
import type { RosterTable, TableRow } from "../table.ts";
import { type ContentFit, contentFit } from "./content-fit.ts";
import { isOtherTitle, matchTitle, type RosterField, rosterFields, titleKey } from "./fields.ts";
import { findHeader } from "./find-header.ts";

export type FieldScore = {
  readonly field: RosterField;
  /** 0 to 1: heading and content together. */
  readonly score: number;
  /** 0 to 1: the share of filled cells that look right ("学号 94 %"). */
  readonly fit: number;
};

export type MatchedColumn = {
  /** From 0. */
  readonly index: number;
  /** Its heading, or its letter where there is none: unique within the table, so that it can name what isn't used. */
  readonly title: string;
  /** Null: not used, kept as `other` of each row. */
  readonly field: RosterField | null;
  readonly fit: number;
  /** What it could be, best first, the present choice included. */
  readonly alternatives: readonly FieldScore[];
  /** The first three filled cells. */
  readonly samples: readonly string[];
};

export type MatchedColumns = {
  /** Number in the file of the row of headings; null if there is none. */
  readonly headerRow: number | null;
  readonly columns: readonly MatchedColumn[];
  /** `no_key_column` and `header_only` mean that nothing can be read; the others are for people to know. */
  readonly problems: readonly Problem[];
};

export type ColumnChoices = {
  /** The row of headings, by its number in the file; null: there is none. */
  readonly headerRow?: number | null;
  /** By index of the column; null: don't use it. Columns that aren't named are guessed from what is left. */
  readonly fields?: ReadonlyMap<number, RosterField | null>;
};

/** Rows that are looked at to see what a column holds. */
const sampled = 500;

/** Which column is what: chosen by a person, else guessed by heading and content, each field at most once. */
export function matchColumns(table: RosterTable, choices: ColumnChoices = {}): MatchedColumns {
  const header = headerOf(table, choices.headerRow);
  const data = table.rows.slice(header === null ? 0 : header + 1);
  const titleRow = header === null ? null : (table.rows[header] ?? null);
  const titles = uniqueTitles(table.width, titleRow);
  const drafts = titles.map((title, index) => {
    const cells = data.slice(0, sampled).map((row) => row.cells[index] ?? "");
    const content = contentFit(cells);
    return { index, title, cells, content, alternatives: scores(titleRow?.cells[index] ?? "", content, titles) };
  });
  const fields = assign(drafts, choices.fields ?? new Map());
  const columns = drafts.map(({ index, title, cells, content, alternatives }): MatchedColumn => {
    const field = fields.get(index) ?? null;
    const samples = cells.filter((cell) => cell.trim() !== "").slice(0, 3);
    return { index, title, field, fit: field === null ? 0 : content.fit[field], alternatives, samples };
  });
  const headerRow = titleRow?.number ?? null;
  return { headerRow, columns, problems: columnProblems(columns, data.length, choices.fields ?? new Map()) };
}

/** As matchColumns, where amounts are nobody's business: a column of them is guessed by nobody, and a bad one stops no row. */
export function matchRosterColumns(table: RosterTable, choices: ColumnChoices = {}): MatchedColumns {
  const guessed = matchColumns(table, choices);
  const amount = guessed.columns.find(({ field }) => field === "amount");
  if (amount === undefined) return guessed;
  return matchColumns(table, { ...choices, fields: new Map([...(choices.fields ?? []), [amount.index, null]]) });
}

function headerOf(table: RosterTable, chosen: number | null | undefined): number | null {
  if (chosen === undefined) return findHeader(table);
  const index = table.rows.findIndex((row) => row.number === chosen);
  return index < 0 ? null : index;
}

function uniqueTitles(width: number, header: TableRow | null): string[] {
  const seen = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const letters = columnLetters(index);
    const written = (header?.cells[index] ?? "").trim();
    const title = written === "" ? letters : seen.has(written) ? `${written} (${letters})` : written;
    seen.add(title);
    return title;
  });
}

/** Canvas's own number of a person stands under "ID" beside the columns of the student system; it is no student ID. */
function isCanvasId(title: string, titles: readonly string[]): boolean {
  return (
    titleKey(title) === "id" && titles.some((one) => /^(?:sisuserid|sisloginid|integrationid)$/.test(titleKey(one)))
  );
}

function scores(title: string, content: ContentFit, titles: readonly string[]): FieldScore[] {
  // A login is an e-mail address at some places only.
  const isLogin = /^(?:sis)?loginid$/.test(titleKey(title)) && content.fit.email < 0.5;
  const match = isCanvasId(title, titles) || isLogin ? null : matchTitle(title);
  const excluded = isOtherTitle(title) || isCanvasId(title, titles);
  return rosterFields
    .map((field) => {
      const fit = content.fit[field];
      if (match?.field === field) return { field, fit, score: 0.6 * match.weight + 0.4 * fit };
      return { field, fit, score: match !== null || excluded ? 0 : contentScore(field, content, title !== "") };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

/**
 * Content alone: at most half of what heading and content give together. IDs, addresses and names hardly repeat, sections do. Under a heading
 * that isn't known a name may be a tutor's and a section a faculty: only IDs and addresses are guessed there.
 */
function contentScore(field: RosterField, { fit, distinct, filled }: ContentFit, hasTitle: boolean): number {
  if (fit[field] < 0.6 || filled === 0) return 0;
  if (field === "studentId" || field === "email") return 0.5 * fit[field] * distinct;
  if (hasTitle) return 0;
  if (field === "name") return distinct < 0.5 ? 0 : 0.45 * fit.name * distinct;
  // Amounts and parts of names are never guessed.
  if (field === "section") return distinct > 0.5 || filled < 4 ? 0 : 0.3 * fit.section * (1 - distinct / 2);
  return 0;
}

type Draft = { readonly index: number; readonly alternatives: readonly FieldScore[] };

/** The best pair of column and field first; a field that a person chose is out of the game. */
function assign(
  drafts: readonly Draft[],
  chosen: ReadonlyMap<number, RosterField | null>,
): Map<number, RosterField | null> {
  const fields = new Map(chosen);
  const taken = new Set([...chosen.values()]);
  const pairs = drafts
    .filter(({ index }) => !chosen.has(index))
    .flatMap(({ index, alternatives }) => alternatives.map((one) => ({ index, ...one })))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  // One name is enough: parts are for lists that have no whole one.
  const clash = (field: RosterField) =>
    taken.has(field) ||
    (field === "name" && taken.has("familyName")) ||
    ((field === "familyName" || field === "givenName") && taken.has("name"));
  for (const { index, field, score } of pairs) {
    if (score < 0.2 || fields.has(index) || clash(field)) continue;
    fields.set(index, field);
    taken.add(field);
  }
  return fields;
}

function columnProblems(
  columns: readonly MatchedColumn[],
  rows: number,
  chosen: ReadonlyMap<number, RosterField | null>,
): Problem[] {
  const problems: Problem[] = [];
  const has = (field: RosterField) => columns.some((column) => column.field === field);
  if (rows === 0) problems.push(problem("header_only"));
  if (!has("studentId")) problems.push(problem(has("email") ? "no_id_column" : "no_key_column"));
  for (const column of columns) {
    const place = { column: column.index };
    if (column.field === null && column.samples.length > 0 && !chosen.has(column.index)) {
      problems.push(problem("column_unknown", { title: column.title.slice(0, 60) }, place));
    }
    const double = columns.some((other) => other.index < column.index && other.field === column.field);
    if (column.field !== null && double) {
      problems.push(problem("column_taken", { title: column.title.slice(0, 60) }, place));
    }
  }
  return problems;
}
