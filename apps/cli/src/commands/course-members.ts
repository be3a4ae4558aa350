import {
  type Actor,
  type CourseMemberRow,
  type Db,
  getSettings,
  issueActivationCodes,
  listCourseMembers,
} from "@lyceum/db";
import { type AllowanceMode, formatAmount, parseAmount, parseStudentId } from "@lyceum/domain";
import { fundMembers, undoFunding } from "@lyceum/ledger";
import { CliError, type Command, UsageError, type Values } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { requireId } from "../ids.ts";
import { onceOption, requireFirst } from "../once.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const apply = { help: "do it; without it the command only says what it would do" } as const;

export const courseMembers: Command = {
  name: "course members",
  summary: "The members of a course with what they have, what waits for them, and what they spent of its money.",
  needs: "see",
  options: { code, left: { help: "those who left instead" } },
  async run(values, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const members = (await readMembers(db, actor, course.id, values.isOn("left") ? "left" : "active")).map((each) => ({
      ...{ memberId: each.id, studentId: each.studentId, name: each.name, email: each.email, section: each.section },
      ...{ role: each.role, standing: each.standing, balance: formatAmount(each.balanceNanos) },
      ...{ waiting: formatAmount(each.waitingNanos), spent: formatAmount(each.spentNanos) },
    }));
    const lines = members.map(
      (each) =>
        `${each.studentId}  ${each.name}  ${each.role}  ${each.standing}  ${each.balance} ${currency}` +
        `${each.waiting === "0" ? "" : `, ${each.waiting} waits`}, ${each.spent} spent`,
    );
    return { lines: lines.length === 0 ? ["There is no member."] : lines, json: { members, currency } };
  },
};

export const courseFundMembers: Command = {
  name: "course fund-members",
  summary: "Set, add to or top up a course's money of its members, out of its pool: for all of them or for none.",
  needs: "fund",
  options: {
    code,
    set: { value: "AMOUNT", help: "so much of this course's money, up or down" },
    add: { value: "AMOUNT", help: "or so much more" },
    "top-up-to": { value: "AMOUNT", help: "or what it falls short of that" },
    "student-id": { value: "IDS", help: "whose, separated by commas" },
    section: { value: "NAME", help: "or every student of a section" },
    all: { help: "or every student" },
    reason: { value: "TEXT", help: "why; people see it", required: true },
    once: onceOption,
    apply,
  },
  async run(values, { db, actor, course }) {
    const { mode, amountNanos } = readAmount(values);
    const memberIds = await chooseMembers(db, actor, course.id, values);
    const { currency } = await getSettings(db);
    const isApplied = values.isOn("apply");
    const input = { courseId: course.id, memberIds, mode, amountNanos, reason: values.text("reason") };
    const funded = await actOrTry(db, isApplied, async (tx) => {
      await requireFirst(tx, values, "course fund-members", course.id);
      return fundMembers(tx, actor, input);
    });
    const amount = formatAmount;
    const members = funded.members.map((each) => ({
      ...{
        studentId: each.studentId,
        name: each.name,
        before: amount(each.beforeNanos),
        after: amount(each.afterNanos),
      },
      ...{ waits: each.isWaiting, missing: amount(each.missingNanos) },
    }));
    const sums = {
      granted: amount(funded.grantedNanos),
      waiting: amount(funded.waitingNanos),
      taken: amount(funded.takenNanos),
      pool: { before: amount(funded.pool.beforeNanos), after: amount(funded.pool.afterNanos) },
    };
    const lines = [
      ...members.map(
        (each) =>
          `${each.studentId}  ${each.name}: ${each.before} → ${each.after}${each.waits ? "  waits for the proof of the ID" : ""}` +
          `${each.missing === "0" ? "" : `  ${each.missing} could not be taken: running requests hold it`}`,
      ),
      `${course.code}: granted ${sums.granted}, set aside ${sums.waiting}, took back ${sums.taken} ${currency}; ` +
        `its pool can grant ${sums.pool.before} → ${sums.pool.after}.`,
    ];
    const fundingId = isApplied ? funded.fundingId : null;
    if (!isApplied) lines.push(triedOnly);
    else lines.push(fundingId === null ? "Nothing was to be changed." : `Funding ${fundingId}`);
    return { lines, json: { code: course.code, applied: isApplied, fundingId, ...sums, members, currency } };
  },
};

export const courseUndoFunding: Command = {
  name: "course undo-funding",
  summary: "Take back what is left of what one funding gave to members; it returns to the pool.",
  needs: "fund",
  options: { code, funding: { value: "ID", help: "as fund-members printed it", required: true }, apply },
  async run(values, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const fundingId = requireId(values.text("funding"));
    const isApplied = values.isOn("apply");
    const undone = await actOrTry(db, isApplied, (tx) => undoFunding(tx, actor, { courseId: course.id, fundingId }));
    const sums = {
      taken: formatAmount(undone.takenNanos),
      released: formatAmount(undone.releasedNanos),
      held: formatAmount(undone.heldNanos),
      gone: formatAmount(undone.goneNanos),
    };
    const lines = [
      `Took back ${sums.taken} ${currency} and freed ${sums.released} that had waited; ${sums.gone} is spent or was taken earlier.`,
    ];
    if (undone.heldNanos > 0n) lines.push(`${sums.held} is held by running requests and taken when they end.`);
    if (!isApplied) lines.push(triedOnly);
    return { lines, json: { code: course.code, fundingId, applied: isApplied, ...sums, currency } };
  },
};

export const courseCodes: Command = {
  name: "course codes",
  summary: "Make activation codes for members whose student ID nobody has proven; earlier ones are void. Shown once.",
  needs: "roster",
  options: { code, "student-id": { value: "IDS", help: "only for these, separated by commas" } },
  async run(values, { db, actor, course }) {
    const wanted = values.list("student-id");
    const memberIds = wanted.length === 0 ? undefined : await findMembers(db, actor, course.id, wanted);
    const issued = await db.$transaction((tx) => issueActivationCodes(tx, actor, { courseId: course.id, memberIds }));
    const lines = issued.map((each) => `${each.studentId}  ${each.name}  ${each.code}`);
    const codes = issued.map(({ studentId, name, code: secret }) => ({ studentId, name, code: secret }));
    return { lines: lines.length === 0 ? ["Every member's ID is proven."] : lines, json: { code: course.code, codes } };
  },
};

const modes = { set: "set-to", add: "add", "top-up-to": "top-up-to" } as const satisfies Record<string, AllowanceMode>;

function readAmount(values: Values): { mode: AllowanceMode; amountNanos: bigint } {
  const given = Object.entries(modes).flatMap(([option, mode]) => {
    const amount = values.optional(option);
    return amount === undefined ? [] : [{ mode, amount }];
  });
  const [only] = given;
  if (only === undefined || given.length > 1) {
    throw new UsageError('"course fund-members" needs one of --set, --add and --top-up-to.');
  }
  return { mode: only.mode, amountNanos: parseAmount(only.amount) };
}

async function chooseMembers(db: Db, actor: Actor, courseId: string, values: Values): Promise<string[]> {
  const studentIds = values.list("student-id");
  const section = values.optional("section");
  if ([studentIds.length > 0, section !== undefined, values.isOn("all")].filter(Boolean).length !== 1) {
    throw new UsageError('"course fund-members" needs one of --student-id, --section and --all.');
  }
  if (studentIds.length > 0) return findMembers(db, actor, courseId, studentIds);
  const members = await readMembers(db, actor, courseId, "active");
  const chosen = members.filter(
    (each) => each.role === "student" && (section === undefined || each.section === section.trim()),
  );
  if (chosen.length === 0) throw new CliError({ zh: "没有这样的学生。", en: "There is no such student." });
  return chosen.map((each) => each.id);
}

/** Ids of active members. Throws CliError for the first ID that is none. */
export async function findMembers(
  db: Db,
  actor: Actor,
  courseId: string,
  studentIds: readonly string[],
): Promise<string[]> {
  const members = new Map((await readMembers(db, actor, courseId, "active")).map((each) => [each.studentId, each.id]));
  return studentIds.map((typed) => {
    const studentId = parseStudentId(typed);
    const id = members.get(studentId);
    if (id !== undefined) return id;
    throw new CliError({ zh: `${studentId} 不在这门课里。`, en: `${studentId} is not a member of this course.` });
  });
}

/** All of them. */
export async function readMembers(
  db: Db,
  actor: Actor,
  courseId: string,
  state: "active" | "left",
): Promise<CourseMemberRow[]> {
  const rows: CourseMemberRow[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await listCourseMembers(db, actor, courseId, { state, page, pageSize: 200 });
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}
