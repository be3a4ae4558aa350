import type { CourseReport, ReportUsage } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { type Column, type DocumentTable, renderDocument } from "./render-document.ts";
import { type StatementWords, statementWords } from "./statement-words.ts";

export type StatementStyle = {
  readonly locale: "zh" | "en";
  /** ISO 4217 */
  readonly currency: string;
  readonly madeAt: Date;
};

/** A course's statement as PDF: the pool, then by week, model and student, with sums; amounts are exact. */
export async function courseStatementPdf(report: CourseReport, style: StatementStyle): Promise<Buffer> {
  const words = statementWords[style.locale];
  const { period } = report;
  const time = timeIn(style.locale, period.zone);
  return renderDocument({
    title: words.title,
    subtitle: `${report.code} ${report.name}`,
    facts: [
      words.period(time(period.from), time(period.to), period.zone),
      words.made(time(style.madeAt), style.currency),
    ],
    tables: [
      poolTable(report, words),
      usageTable(report.weeks, words.weeks, words.weekOf, words),
      { ...usageTable(report.models, words.models, words.model, words), note: tieNote(report, words) },
      peopleTable(report, words),
    ],
    madeAt: style.madeAt,
    language: style.locale === "zh" ? "zh-CN" : "en",
    pageWord: words.page,
  });
}

const amountColumn = (title: string): Column => ({ title, width: 16, isNumber: true });

function poolTable(report: CourseReport, words: StatementWords): DocumentTable {
  return {
    title: words.pool,
    columns: [{ title: words.entry, width: 40 }, amountColumn(words.amount)],
    rows: [
      [words.opening, formatAmount(report.openingNanos)],
      ...report.pool.map(({ kind, amountNanos }) => [words.kinds[kind] ?? kind, formatAmount(amountNanos)]),
    ],
    sum: [words.closing, formatAmount(report.closingNanos)],
    empty: words.none,
  };
}

function usageTable(rows: readonly ReportUsage[], title: string, of: string, words: StatementWords): DocumentTable {
  const count = (value: number) => value.toLocaleString("en-US");
  const sum = (pick: (row: ReportUsage) => number) => count(rows.reduce((total, row) => total + pick(row), 0));
  return {
    title,
    columns: [
      { title: of, width: 30 },
      { title: words.people, width: 9, isNumber: true },
      { title: words.requests, width: 11, isNumber: true },
      { title: words.input, width: 15, isNumber: true },
      { title: words.output, width: 15, isNumber: true },
      amountColumn(words.spent),
    ],
    rows: rows.map((row) => [
      ...[row.of, count(row.people), count(row.requests), count(row.inputTokens), count(row.outputTokens)],
      formatAmount(row.chargeNanos),
    ]),
    // Who used two models counts once in each: people are not added up.
    sum: [
      ...[words.sum, "", sum((row) => row.requests), sum((row) => row.inputTokens), sum((row) => row.outputTokens)],
      formatAmount(rows.reduce((total, row) => total + row.chargeNanos, 0n)),
    ],
    empty: words.none,
  };
}

function tieNote({ otherPeriodsNanos }: CourseReport, words: StatementWords): string {
  return otherPeriodsNanos === 0n ? words.ties : words.differs(formatAmount(otherPeriodsNanos));
}

function peopleTable({ people }: CourseReport, words: StatementWords): DocumentTable {
  const columns = ["openingNanos", "grantedNanos", "spentNanos", "otherNanos", "closingNanos"] as const;
  return {
    title: words.students,
    columns: [
      { title: words.studentId, width: 20 },
      { title: words.name, width: 18 },
      ...columns.map((column) => amountColumn(words[column])),
    ],
    rows: people.map((each) => [each.studentId, each.name, ...columns.map((column) => formatAmount(each[column]))]),
    sum: [
      ...[words.sum, words.count(people.length)],
      ...columns.map((column) => formatAmount(people.reduce((sum, each) => sum + each[column], 0n))),
    ],
    empty: words.none,
    note: words.studentsNote,
  };
}

function timeIn(locale: "zh" | "en", timeZone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", {
    ...{ timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    hourCycle: "h23",
  });
  return (at) => format.format(at);
}
