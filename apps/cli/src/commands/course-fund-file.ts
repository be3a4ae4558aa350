import { readFile } from "node:fs/promises";
import { getSettings } from "@lyceum/db";
import { allowanceModes, formatAmount } from "@lyceum/domain";
import { fundFile } from "@lyceum/ledger";
import { readAmounts, sayProblem } from "@lyceum/roster";
import { CliError, type Command } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { onceOption, requireFirst } from "../once.ts";
import { readMembers } from "./course-members.ts";

export const courseFundFile: Command = {
  name: "course fund-file",
  summary: "Set, add to or top up members' money by a file of student IDs and amounts: for all of them or for none.",
  needs: "fund",
  positionals: ["FILE"],
  options: {
    code: { value: "CODE", help: "the course's code", required: true },
    mode: {
      value: allowanceModes.join("|"),
      help: "so much of this course's money; so much more; or what it falls short of that",
      choices: allowanceModes,
      required: true,
    },
    "skip-bad": { help: "leave out rows that can't be taken, instead of refusing the file" },
    reason: { value: "TEXT", help: "why; people see it", required: true },
    once: onceOption,
    apply: { help: "do it; without it the command only says what it would do" },
  },
  async run(values, { db, actor, course }) {
    const bytes = await read(values.text("FILE"));
    const members = await readMembers(db, actor, course.id, "active");
    const answer = readAmounts(bytes, new Set(members.map((member) => member.studentId)));
    if (!answer.ok) throw new CliError(answer.problem);
    const said = answer.bad.flatMap((each) => each.problems);
    if (said.length > 0 && !values.isOn("skip-bad")) {
      const say = (locale: "zh" | "en") => said.map((each) => sayProblem(each, locale)).join("\n");
      throw new CliError({ zh: say("zh"), en: say("en") });
    }
    const { currency } = await getSettings(db);
    const isApplied = values.isOn("apply");
    const mode = allowanceModes.find((each) => each === values.text("mode")) ?? "set-to";
    const input = { courseId: course.id, mode, rows: answer.rows, reason: values.text("reason") };
    const funded = await actOrTry(db, isApplied, async (tx) => {
      await requireFirst(tx, values, "course fund-file", course.id);
      return fundFile(tx, actor, input);
    });
    const rows = funded.members.map((each) => ({
      ...{ studentId: each.studentId, name: each.name, waits: each.isWaiting },
      ...{ before: formatAmount(each.beforeNanos), after: formatAmount(each.afterNanos) },
    }));
    const pool = { before: formatAmount(funded.pool.beforeNanos), after: formatAmount(funded.pool.afterNanos) };
    const fundingId = isApplied ? funded.fundingId : null;
    const lines = [
      ...said.map((each) => sayProblem(each, "en")),
      ...rows.map((each) => `${each.studentId}  ${each.name}: ${each.before} → ${each.after}`),
      `${course.code}: its pool can grant ${pool.before} → ${pool.after} ${currency}.`,
      isApplied ? (fundingId === null ? "Nothing was to be changed." : `Funding ${fundingId}`) : triedOnly,
    ];
    const bad = answer.bad.map((each) => ({
      ...{ row: each.row, studentId: each.studentId },
      problems: each.problems.map(({ zh, en }) => ({ zh, en })),
    }));
    return { lines, json: { code: course.code, applied: isApplied, fundingId, pool, members: rows, bad, currency } };
  },
};

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliError({ zh: `读不到文件 ${file}。`, en: `The file ${file} can't be read.` }, error);
  }
}
