import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { commandLine, type Db, getCourseByCode, getSettings, getUserByStudentId } from "@lyceum/db";
import { accountStatement, courseStatement } from "@lyceum/ledger";
import { CliError, type Command, UsageError, type Values } from "../command.ts";

export const ledgerStatement: Command = {
  name: "ledger statement",
  summary:
    "A month's statement as CSV: balances, every entry, every request with tokens and price, sums that tie them.",
  options: {
    "student-id": { value: "ID", help: "a person's" },
    course: { value: "CODE", help: "a course's: its pool, what became of its grants, who spent it on which model" },
    month: {
      value: "YYYY-MM",
      help: "a month of the campus's time zone; the present one as far as it has gone",
      required: true,
    },
    output: { value: "FILE", help: "where to write it; left out: to the standard output" },
  },
  async run(values, { db, write }) {
    const { currency, timeZone: zone } = await getSettings(db);
    const month = values.text("month");
    const { of, pieces } = await chooseStatement(db, values, { month, zone, currency });
    const file = values.optional("output");
    if (file === undefined) {
      for await (const piece of pieces) await write(piece);
      return { lines: [], json: null };
    }
    await writeWhole(file, pieces);
    return { lines: [`Wrote the statement of ${of} for ${month} to ${file}.`], json: { of, month, file } };
  },
};

async function chooseStatement(db: Db, values: Values, period: { month: string; zone: string; currency: string }) {
  const studentId = values.optional("student-id");
  const code = values.optional("course");
  if (studentId !== undefined && code === undefined) {
    const person = await getUserByStudentId(db, studentId);
    const of = `${person.studentId} ${person.name}`;
    return { of, pieces: await accountStatement(db, { ...period, accountId: person.accountId, holder: of }) };
  }
  if (code !== undefined && studentId === undefined) {
    const course = await getCourseByCode(db, code);
    const pieces = await courseStatement(db, commandLine, { ...period, courseId: course.id });
    return { of: `${course.code} ${course.name}`, pieces };
  }
  throw new UsageError('"ledger statement" needs either --student-id or --course.');
}

/** A file appears when all of it is there: half a statement would pass for a whole one. */
async function writeWhole(file: string, pieces: AsyncIterable<string>): Promise<void> {
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
