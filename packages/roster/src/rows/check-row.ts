import { type ProblemCode, problem } from "../problems.ts";
import type { CellMark } from "../table.ts";
import { parseMoney } from "./amount.ts";
import { isEmail, normaliseEmail } from "./email.ts";
import { isName, readName } from "./person-name.ts";
import type { EditableField, RosterRow, RowProblem, RowText } from "./roster-row.ts";
import { readStudentId } from "./student-id.ts";

export type UncheckedRow = {
  readonly row: number;
  readonly text: RowText;
  readonly other?: Readonly<Record<string, string>>;
  /** What the file said about the cells of these fields. */
  readonly marks?: Readonly<Partial<Record<EditableField, CellMark>>>;
};

/** Checks one row by itself: an edited one too. What other rows have to do with it (duplicates) is for `readRows`. */
export function checkRow({ row, text, other = {}, marks = {} }: UncheckedRow): RosterRow {
  const problems: RowProblem[] = [];
  const say = (
    severity: RowProblem["severity"],
    code: ProblemCode,
    field: EditableField,
    parameters: Record<string, string> = {},
  ) => problems.push({ ...problem(code, parameters, { row }), severity, field });
  for (const field of Object.keys(marks) as EditableField[]) {
    if (marks[field] !== "formula") continue;
    if (text[field].trim() === "") say("bad", "formula_empty", field);
    else say("note", "formula_value", field, { value: clip(text[field]) });
  }
  const email = text.email.trim() === "" ? null : normaliseEmail(text.email);
  const emailIsGood = email !== null && isEmail(email);
  if (email !== null && !emailIsGood) say("bad", "email_invalid", "email", { value: clip(text.email) });

  const studentId = checkId();
  function checkId(): string | null {
    const value = clip(text.studentId);
    if (text.studentId.trim() === "") {
      if (marks.studentId === "formula") return null;
      if (emailIsGood) say("note", "id_missing_email_key", "studentId");
      else say("bad", "id_missing", "studentId");
      return null;
    }
    const read = readStudentId(text.studentId);
    if (marks.studentId === "rounded") say("bad", "id_rounded", "studentId", { value });
    else if (!read.ok) say("bad", read.code, "studentId", { value });
    else {
      if (read.changed) say("note", "id_normalised", "studentId", { from: value, to: read.id });
      return read.id;
    }
    return null;
  }

  const name = readName(text.name);
  if (name === "") say("note", "name_missing", "name");
  else if (!isName(name)) say("bad", "name_invalid", "name");
  const section = text.section.trim();
  const sectionIsGood = section.length <= 100 && !/[\p{Cc}\p{Cf}]/u.test(section);
  if (!sectionIsGood) say("bad", "section_invalid", "section");
  const amountNanos = text.amount.trim() === "" ? null : parseMoney(text.amount);
  if (amountNanos === null && text.amount.trim() !== "") {
    say("bad", "amount_invalid", "amount", { value: clip(text.amount) });
  }
  return {
    row,
    text,
    studentId,
    name: isName(name) ? name : null,
    email: emailIsGood ? email : null,
    section: section === "" || !sectionIsGood ? null : section,
    amountNanos,
    other,
    problems,
  };
}

/** A value as a sentence repeats it. */
function clip(text: string): string {
  const plain = text.trim().replace(/[\p{Cc}\p{Cf}]/gu, "�");
  return plain.length > 40 ? `${plain.slice(0, 39)}…` : plain;
}
