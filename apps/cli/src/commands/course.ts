import { readFile } from "node:fs/promises";
import { createCourse, type Db, getSettings, getUserByStudentId, listOwnCourses } from "@lyceum/db";
import { formatAmount, parseAmount } from "@lyceum/domain";
import { fund, grantFromCourse } from "@lyceum/ledger";
import { CliError, type Command, UsageError } from "../command.ts";
import { parseMoment } from "../moment.ts";
import { onceOption, requireFirst } from "../once.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const reason = { value: "TEXT", help: "why; it stands in the ledger", required: true } as const;

export const courseAdd: Command = {
  name: "course add",
  summary: "Make a course with an empty pool; after sign-in, whoever is instructor of one may, and is of the new one.",
  needs: "anybody",
  options: {
    code: { value: "CODE", help: "such as CS101-2027s", required: true },
    name: { value: "NAME", help: "the course's name", required: true },
    ends: {
      value: "DATE",
      help: "the end of its term, when grants end: 2027-01-17 or a full ISO time",
      required: true,
    },
  },
  async run(values, { db, actor }) {
    const { timeZone } = await getSettings(db);
    const endsAt = parseMoment(values.text("ends"), timeZone) ?? new Date(Number.NaN);
    const input = { code: values.text("code"), name: values.text("name"), endsAt };
    const { id, accountId } = await db.$transaction((tx) => createCourse(tx, actor, input));
    return {
      lines: [`Added the course ${input.code}, which ends ${endsAt.toISOString()}.`],
      json: { courseId: id, accountId, code: input.code, name: input.name, endsAt: endsAt.toISOString() },
    };
  },
};

export const courseList: Command = {
  name: "course list",
  summary: "Every course with what its pool has; after sign-in, the person's own.",
  needs: "anybody",
  options: {},
  async run(_, { db, actor }) {
    const [courses, { currency }] = await Promise.all([listOwnCourses(db, actor), getSettings(db)]);
    const rows = courses.map(({ id, code, name, endsAt, authority, numbers }) => ({
      ...{ id, code, name, authority, endsAt: endsAt.toISOString() },
      // A student is not told what the pool has.
      balance: numbers === null ? null : formatAmount(numbers.poolNanos),
    }));
    const lines = rows.map(
      (each) =>
        `${each.code}  ${each.name}  ${each.balance === null ? "" : `${each.balance} ${currency}  `}ends ${each.endsAt}`,
    );
    return { lines: lines.length === 0 ? ["There is no course."] : lines, json: { courses: rows, currency } };
  },
};

export const courseFund: Command = {
  name: "course fund",
  summary: "Add money to a course's pool.",
  needs: "grantToAnybody",
  options: {
    code,
    amount: { value: "AMOUNT", help: "in currency units, such as 500", required: true },
    reason,
    "ends-at": { value: "DATE", help: "when what is left of it expires, granted or not; never if left out" },
    once: onceOption,
  },
  async run(values, { db, actor, course }) {
    const { currency, timeZone } = await getSettings(db);
    const input = {
      accountId: course.poolId,
      amountNanos: parseAmount(values.text("amount")),
      reason: values.text("reason"),
      endsAt: parseMoment(values.optional("ends-at"), timeZone),
    };
    const change = await db.$transaction(async (tx) => {
      await requireFirst(tx, values, "course fund", course.id);
      return fund(tx, actor, input);
    });
    const [before, after] = [formatAmount(change.beforeNanos), formatAmount(change.afterNanos)];
    return {
      lines: [`Pool of ${course.code}: ${before} → ${after} ${currency}.`],
      json: { code: course.code, accountId: course.poolId, before, after, entryIds: change.entryIds, currency },
    };
  },
};

export const courseGrant: Command = {
  name: "course grant",
  summary: "Grant the same amount out of a course's pool to people: to all of them or to none.",
  needs: "grantToAnybody",
  options: {
    code,
    "student-id": { value: "IDS", help: "whose balances, separated by commas" },
    "all-of-file": { value: "FILE", help: "or a file: one student ID at the start of each line" },
    amount: { value: "AMOUNT", help: "for each person, in currency units", required: true },
    reason,
    once: onceOption,
  },
  async run(values, { db, actor, course }) {
    const file = values.optional("all-of-file");
    const studentIds = [...values.list("student-id"), ...(file === undefined ? [] : await readIds(file))];
    if (studentIds.length === 0) throw new UsageError('"course grant" needs --student-id or --all-of-file.');
    const people = await findPeople(db, studentIds);
    const { currency } = await getSettings(db);
    const granted = await db.$transaction(async (tx) => {
      await requireFirst(tx, values, "course grant", course.id);
      return grantFromCourse(tx, actor, {
        courseId: course.id,
        accountIds: [...people.keys()],
        amountNanos: parseAmount(values.text("amount")),
        reason: values.text("reason"),
      });
    });
    const [before, after] = [formatAmount(granted.pool.beforeNanos), formatAmount(granted.pool.afterNanos)];
    const grants = granted.changes.map((change) => ({
      studentId: people.get(change.accountId) ?? "",
      before: formatAmount(change.beforeNanos),
      after: formatAmount(change.afterNanos),
      entryIds: change.entryIds,
    }));
    return {
      lines: [
        `Granted ${grants.length} × ${values.text("amount")} ${currency} out of ${course.code}; its pool: ${before} → ${after} ${currency}.`,
        ...grants.map((each) => `${each.studentId}: ${each.before} → ${each.after}  entry ${each.entryIds.join(", ")}`),
      ],
      json: { code: course.code, pool: { before, after }, grants, currency },
    };
  },
};

/** Student IDs of their accounts. Throws `user_not_found` for the first ID that nobody has. */
async function findPeople(db: Db, studentIds: readonly string[]): Promise<Map<string, string>> {
  const people = new Map<string, string>();
  for (const studentId of new Set(studentIds)) {
    const person = await getUserByStudentId(db, studentId);
    people.set(person.accountId, person.studentId);
  }
  return people;
}

/** The first field of each line, as spreadsheets and people write it. */
async function readIds(file: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new CliError({ zh: `读不到文件 ${file}。`, en: `The file ${file} can't be read.` }, error);
  }
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => (line.split(/[,;\t]/)[0] ?? "").trim().replace(/^"(.*)"$/, "$1"))
    .filter((id) => id !== "");
}
