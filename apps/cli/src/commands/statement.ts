import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { getSettings, getUserByStudentId } from "@lyceum/db";
import { accountStatement } from "@lyceum/ledger";
import { CliError, type Command } from "../command.ts";

export const ledgerStatement: Command = {
  name: "ledger statement",
  summary:
    "A month's statement as CSV: balances, every entry, every request with tokens and price, sums that tie them.",
  options: {
    "student-id": { value: "ID", help: "whose statement", required: true },
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
    const { accountId, studentId, name } = await getUserByStudentId(db, values.text("student-id"));
    const pieces = await accountStatement(db, { accountId, month, zone, currency, holder: `${studentId} ${name}` });
    const file = values.optional("output");
    if (file === undefined) {
      for await (const piece of pieces) await write(piece);
      return { lines: [], json: null };
    }
    await writeWhole(file, pieces);
    return {
      lines: [`Wrote the statement of ${name} (${studentId}) for ${month} to ${file}.`],
      json: { studentId, month, file },
    };
  },
};

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
