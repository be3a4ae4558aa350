import type { Sentence } from "@lyceum/domain";
import { columnLetters } from "./column-letters.ts";
import { sentences } from "./sentences.ts";

export type ProblemCode = keyof typeof sentences;

/**
 * What is wrong with a file, a row or a cell, or worth knowing about it. `row` counts as a spreadsheet does, from 1, blank rows too (with an
 * encoding it is the line); `column` from 0. `zh` and `en` are the whole sentence without the place.
 */
export type Problem = Sentence & {
  readonly code: ProblemCode;
  readonly row?: number;
  readonly column?: number;
};

export type Place = { readonly row?: number | undefined; readonly column?: number | undefined };
type Parameters = Readonly<Record<string, string | number>>;

export function problem(code: ProblemCode, parameters: Parameters = {}, place: Place = {}): Problem {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name) => String(parameters[name] ?? whole));
  return {
    code,
    zh: fill(sentences[code].zh),
    en: fill(sentences[code].en),
    ...(place.row === undefined ? {} : { row: place.row }),
    ...(place.column === undefined ? {} : { column: place.column }),
  };
}

/** The sentence with its place in front: "第 5 行 C 列：…", "Row 5, column C: …". */
export function sayProblem(said: Problem, locale: "zh" | "en"): string {
  const letters = said.column === undefined ? undefined : columnLetters(said.column);
  if (locale === "zh") {
    const place = [
      said.row === undefined ? "" : `第 ${said.row} 行`,
      letters === undefined ? "" : `${letters} 列`,
    ].filter(Boolean);
    return place.length === 0 ? said.zh : `${place.join(" ")}：${said.zh}`;
  }
  const place = [said.row === undefined ? "" : `row ${said.row}`, letters === undefined ? "" : `column ${letters}`];
  const words = place.filter(Boolean).join(", ");
  return words === "" ? said.en : `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${said.en}`;
}

/** Ends the reading of a file. Never leaves the package: its border turns it into a value. */
export class RosterFault extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, parameters: Parameters = {}, place: Place = {}) {
    super(code);
    this.name = "RosterFault";
    this.problem = problem(code, parameters, place);
  }
}
