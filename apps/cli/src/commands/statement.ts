import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Db, getCourseReport, getSettings, getUserByStudentId } from "@lyceum/db";
import { courseStatementPdf } from "@lyceum/documents";
import { AppError, parseStudentId } from "@lyceum/domain";
import { accountStatement, courseStatement } from "@lyceum/ledger";
import { findCourse } from "../authorize.ts";
import type { Caller } from "../caller.ts";
import { CliError, type Command, type Result, UsageError, type Values } from "../command.ts";

export const ledgerStatement: Command = {
  name: "ledger statement",
  summary:
    "A month's statement as CSV: balances, every entry, every request with tokens and price, sums that tie them.",
  needs: "anybody",
  options: {
    "student-id": { value: "ID", help: "a person's" },
    course: { value: "CODE", help: "a course's: its pool, what became of its grants, who spent it on which model" },
    month: {
      value: "YYYY-MM",
      help: "a month of the campus's time zone, the present one as far as it has gone; of a course also: all",
      required: true,
    },
    output: { value: "FILE", help: "where to write it; left out: to the standard output" },
    pdf: { help: "a course's as PDF, by week, model and student; needs --output" },
    locale: { value: "zh|en", help: "language of the PDF; zh if left out", choices: ["zh", "en"] },
  },
  async run(values, { db, write, caller }) {
    const { currency, timeZone: zone } = await getSettings(db);
    const month = values.text("month");
    if (values.isOn("pdf")) return printStatement(db, caller, values, { month, zone, currency });
    const { of, pieces } = await chooseStatement(db, caller, values, { month, zone, currency });
    const file = values.optional("output");
    if (file === undefined) {
      for await (const piece of pieces) await write(piece);
      return { lines: [], json: null };
    }
    await writeWhole(file, pieces);
    return { lines: [`Wrote the statement of ${of} for ${month} to ${file}.`], json: { of, month, file } };
  },
};

/** One's own; a course's for its staff; anybody's for who reads all. For everybody else there is no such person or course. */
async function chooseStatement(
  db: Db,
  { actor, user }: Caller,
  values: Values,
  period: { month: string; zone: string; currency: string },
) {
  const studentId = values.optional("student-id");
  const code = values.optional("course");
  if (studentId !== undefined && code === undefined) {
    const isOwn = user?.role === "student" && parseStudentId(studentId) === user.studentId;
    if (user?.role === "student" && !isOwn) throw new AppError("not_found");
    const person = await getUserByStudentId(db, studentId);
    const of = `${person.studentId} ${person.name}`;
    return { of, pieces: await accountStatement(db, { ...period, accountId: person.accountId, holder: of }) };
  }
  if (code !== undefined && studentId === undefined) {
    const course = await findCourse(db, { actor, user }, code, "see");
    const pieces = await courseStatement(db, actor, { ...period, courseId: course.id });
    return { of: `${course.code} ${course.name}`, pieces };
  }
  throw new UsageError('"ledger statement" needs either --student-id or --course.');
}

async function printStatement(
  db: Db,
  caller: Caller,
  values: Values,
  { month, zone, currency }: { month: string; zone: string; currency: string },
): Promise<Result> {
  const [code, file] = [values.optional("course"), values.optional("output")];
  if (code === undefined || file === undefined) {
    throw new UsageError('"ledger statement --pdf" needs --course and --output.');
  }
  const course = await findCourse(db, caller, code, "see");
  const report = await getCourseReport(db, caller.actor, { courseId: course.id, month, zone });
  const locale = values.optional("locale") === "en" ? "en" : "zh";
  await writeWhole(file, [await courseStatementPdf(report, { locale, currency, madeAt: new Date() })]);
  const of = `${course.code} ${course.name}`;
  return { lines: [`Wrote the statement of ${of} for ${month} to ${file}.`], json: { of, month, file } };
}

/** A file appears when all of it is there: half a statement would pass for a whole one. */
async function writeWhole(file: string, pieces: AsyncIterable<string> | Iterable<Buffer>): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(unfinished, { flags: "wx" }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CliError(
      { zh: `写不了 ${file}：${error.message}`, en: `${file} can't be written: ${error.message}` },
      error,
    );
  }
}
