import { byteOrderMark, csvLine } from "@lyceum/domain";
import type { FieldChange, RosterDiff } from "./diff-roster.ts";
import type { RosterRow } from "./rows/roster-row.ts";

export type ReceiptResult = "new" | "known" | "changed" | "to_confirm" | "gone" | "held" | "bad";

export type ReceiptLine = {
  readonly result: ReceiptResult;
  /** Number in the file; null for students whom it doesn't name. */
  readonly row: number | null;
  readonly studentId: string;
  readonly name: string;
  readonly email: string;
  readonly section: string;
  readonly changes: readonly FieldChange[];
  readonly problems: RosterRow["problems"];
};

/** One more column of a receipt, such as what was granted. Money comes as exact text (`formatAmount`). */
export type ReceiptColumn = { readonly title: string; readonly of: (line: ReceiptLine) => string | bigint | null };

type Locale = "zh" | "en";

const words = {
  zh: {
    titles: ["学号", "姓名", "邮箱", "班级", "结果", "说明", "文件行号"],
    results: {
      new: "新增",
      known: "未变",
      changed: "已更新",
      to_confirm: "待确认",
      gone: "已退课",
      held: "保持原状",
      bad: "未导入",
    },
    fields: { studentId: "学号", name: "姓名", email: "邮箱", section: "班级", state: "状态" },
    states: { active: "在课", left: "已退课" },
    nothing: "（空）",
  },
  en: {
    titles: ["Student ID", "Name", "E-mail", "Section", "Result", "Details", "Row in file"],
    results: {
      new: "new",
      known: "unchanged",
      changed: "changed",
      to_confirm: "to confirm",
      gone: "left",
      held: "kept as is",
      bad: "not imported",
    },
    fields: { studentId: "student ID", name: "name", email: "e-mail", section: "section", state: "state" },
    states: { active: "active", left: "left" },
    nothing: "(blank)",
  },
} as const;

/** What an import did or would do, a line each: rows in the order of the file, then students it doesn't name. `confirmed`: see applyDiff. */
export function receiptLines(diff: RosterDiff, confirmed: ReadonlySet<number> = new Set()): ReceiptLine[] {
  const ofRow = (result: ReceiptResult, row: RosterRow, changes: readonly FieldChange[] = []): ReceiptLine => ({
    result,
    row: row.row,
    studentId: row.studentId ?? row.text.studentId,
    name: row.name ?? row.text.name,
    email: row.email ?? row.text.email,
    section: row.section ?? row.text.section,
    changes,
    problems: row.problems,
  });
  const inFile = [
    ...diff.new.map((row) => ofRow("new", row)),
    ...diff.known.map(({ row }) => ofRow("known", row)),
    ...diff.changed.map(({ row, changes, needsConfirmation }) =>
      ofRow(needsConfirmation && !confirmed.has(row.row) ? "to_confirm" : "changed", row, changes),
    ),
    ...diff.bad.map((row) => ofRow("bad", row)),
  ].sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  const others = [
    ...diff.held.map(({ student }) => ({ result: "held" as const, student })),
    ...diff.gone.map((student) => ({ result: "gone" as const, student })),
  ];
  return [
    ...inFile,
    ...others.map(({ result, student }) => ({
      result,
      row: null,
      studentId: student.studentId ?? "",
      name: student.name ?? "",
      email: student.email ?? "",
      section: student.section ?? "",
      changes: [],
      problems: [],
    })),
  ];
}

/**
 * A receipt as CSV with a byte order mark, safe to open in a spreadsheet: nothing in it runs as a formula (`csvCell`), and read again by
 * `readRoster` every cell is what it was.
 */
export function encodeReceipt(
  lines: readonly ReceiptLine[],
  locale: Locale,
  more: readonly ReceiptColumn[] = [],
): string {
  const { titles, results } = words[locale];
  const head = csvLine([...titles, ...more.map(({ title }) => title)]);
  const body = lines.map((line) =>
    csvLine([
      line.studentId,
      line.name,
      line.email,
      line.section,
      results[line.result],
      detailsOf(line, locale),
      line.row,
      ...more.map(({ of }) => of(line)),
    ]),
  );
  return `${byteOrderMark}${head}${body.join("")}`;
}

function detailsOf({ changes, problems }: ReceiptLine, locale: Locale): string {
  const { fields, states, nothing } = words[locale];
  const shown = (field: FieldChange["field"], value: string | null) =>
    field === "state" && (value === "active" || value === "left") ? states[value] : (value ?? nothing);
  const changed = changes.map(({ field, from, to }) => `${fields[field]} ${shown(field, from)} → ${shown(field, to)}`);
  return [...changed, ...problems.map((said) => said[locale])].join(locale === "zh" ? "；" : "; ");
}
