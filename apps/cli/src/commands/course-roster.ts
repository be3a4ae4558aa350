import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Actor, applyRoster, type CourseMemberRow, type Db, listCourseMembers } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { undoRosterWithMoney } from "@lyceum/ledger";
import {
  diffRoster,
  matchRosterColumns,
  type Problem,
  type RosterDiff,
  readRoster,
  readRows,
  rowsToApply,
  sayProblem,
} from "@lyceum/roster";
import { CliError, type Command } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { requireId } from "../ids.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const apply = { help: "do it; without it the command only says what it would do" } as const;

export const courseRosterApply: Command = {
  name: "course roster apply",
  summary: "Bring a course's students to a list (CSV, TSV, xlsx, in UTF-8 or GB18030); whoever is not on it leaves.",
  needs: "roster",
  positionals: ["FILE"],
  options: {
    code,
    "keep-missing": { help: "the list is only a part of the course: nobody leaves" },
    "skip-bad": { help: "leave out rows that can't be read, instead of refusing the list" },
    "accept-emails": { help: "take rows that match a student only by e-mail address for that student" },
    apply,
  },
  async run(values, { db, actor, course }) {
    const file = values.text("FILE");
    const bytes = await read(file);
    const members = await readMembers(db, actor, course.id);
    const diff = compare(bytes, members);
    const problems = diff.bad.flatMap((row) => row.problems.filter((each) => each.severity === "bad"));
    if (problems.length > 0 && !values.isOn("skip-bad")) throw refused(problems);
    const isApplied = values.isOn("apply");
    // As on the page: while a row that can't be read could be anybody's, nobody leaves.
    const isUnsure = !values.isOn("keep-missing") && !diff.goneIsSure && diff.gone.length > 0;
    const keepMissing = values.isOn("keep-missing") || !diff.goneIsSure;
    const done = await actOrTry(db, isApplied, (tx) =>
      applyRoster(tx, actor, {
        ...{ courseId: course.id, fileName: basename(file), digest: createHash("sha256").update(bytes).digest("hex") },
        ...{
          rows: rowsToApply(diff, values.isOn("accept-emails") ? "all" : undefined),
          keepMissing,
        },
        heldIds: diff.held.map(({ student }) => student.id),
      }),
    );
    const { added, changed, gone, known } = done;
    const importId = isApplied ? done.importId : null;
    const toConfirm = values.isOn("accept-emails") ? 0 : diff.counts.toConfirm;
    const lines = [
      ...problems.map((each) => sayProblem(each, "en")),
      ...diff.new.map((row) => `new  ${row.studentId}  ${row.name ?? ""}`),
      ...(keepMissing ? [] : diff.gone.map((each) => `gone  ${each.studentId}  ${each.name}`)),
      `${course.code}: ${added} new, ${changed} changed, ${gone} gone, ${known} as they were, ${diff.counts.bad} rows left out.`,
    ];
    if (toConfirm > 0)
      lines.push(`${toConfirm} match only by e-mail address and stay as they are; see --accept-emails.`);
    if (isUnsure) {
      lines.push(
        `${diff.gone.length} are not on the list and stay: a row that can't be read could be theirs. Mend it, and import again.`,
      );
    }
    if (!isApplied) lines.push(triedOnly);
    else lines.push(importId === null ? "Nothing was to be changed." : `Import ${importId}, undone within 24 hours.`);
    const bad = problems.map((each) => ({ row: each.row ?? null, zh: each.zh, en: each.en }));
    const released = formatAmount(done.releasedNanos);
    return {
      lines,
      json: {
        code: course.code,
        applied: isApplied,
        importId,
        added,
        changed,
        gone,
        known,
        toConfirm,
        bad,
        released,
        kept: isUnsure ? diff.gone.length : 0,
      },
    };
  },
};

export const courseRosterUndo: Command = {
  name: "course roster undo",
  summary:
    "Take the last import of a course back, within 24 hours of it, and what is left of the money that came with it.",
  needs: "roster",
  options: { code, import: { value: "ID", help: "as roster apply printed it", required: true }, apply },
  async run(values, { db, actor, course }) {
    const importId = requireId(values.text("import"));
    const isApplied = values.isOn("apply");
    const undone = await actOrTry(db, isApplied, (tx) =>
      undoRosterWithMoney(tx, actor, { courseId: course.id, importId }),
    );
    const lines = [`${undone.undone} members are as they were before; ${undone.kept} were changed since and stay.`];
    if (!isApplied) lines.push(triedOnly);
    const [released, returned] = [formatAmount(undone.releasedNanos), formatAmount(undone.returnedNanos)];
    const { undone: members, kept } = undone;
    return {
      lines,
      json: { code: course.code, importId, applied: isApplied, undone: members, kept, released, returned },
    };
  },
};

/** The list against the course's students; its staff are not the roster's business. Throws CliError for a file that can't be read. */
function compare(bytes: Uint8Array, members: readonly CourseMemberRow[]): RosterDiff {
  const result = readRoster(bytes);
  if (!result.ok) throw refused([result.problem]);
  const columns = matchRosterColumns(result.table);
  const fatal = columns.problems.filter((each) => ["no_key_column", "header_only"].includes(each.code));
  if (fatal.length > 0) throw refused(fatal);
  const staff = new Set(members.filter((each) => each.role !== "student").map((each) => each.studentId));
  const { rows } = readRows(result.table, columns);
  return diffRoster(
    rows.filter((row) => row.studentId === null || !staff.has(row.studentId)),
    members.filter((each) => each.role === "student"),
  );
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new CliError({ zh: `读不到文件 ${file}。`, en: `The file ${file} can't be read.` }, error);
  }
}

/** At most twenty of them: more help nobody. */
function refused(problems: readonly Problem[]): CliError {
  const say = (locale: "zh" | "en") =>
    problems
      .slice(0, 20)
      .map((each) => sayProblem(each, locale))
      .join("\n");
  return new CliError({ zh: say("zh"), en: say("en") });
}

async function readMembers(db: Db, actor: Actor, courseId: string): Promise<CourseMemberRow[]> {
  const rows: CourseMemberRow[] = [];
  for (const state of ["active", "left"] as const) {
    for (let page = 1; ; page += 1) {
      const answer = await listCourseMembers(db, actor, courseId, { state, page, pageSize: 200 });
      rows.push(...answer.rows);
      if (page * answer.pageSize >= answer.total) break;
    }
  }
  return rows;
}
