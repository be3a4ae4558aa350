import {
  type AllowanceRow,
  type Db,
  getCourseByCode,
  getSettings,
  getUserByStudentId,
  listAllowances,
  listGroupAccounts,
} from "@lyceum/db";
import { allowanceModes, allowancePeriods, formatAmount, parseAmount } from "@lyceum/domain";
import { addAllowances, stopAllowances } from "@lyceum/ledger";
import { type Command, UsageError, type Values } from "../command.ts";
import { requireId } from "../ids.ts";
import { parseMoment } from "../moment.ts";

const whose = {
  "student-id": { value: "IDS", help: "whose, separated by commas" },
  group: { value: "GROUP", help: "or everybody who is in this group now" },
} as const;

export const allowanceAdd: Command = {
  name: "allowance add",
  summary: "Give people money at the start of each day, week or month, the first time at once.",
  needs: "admin",
  options: {
    ...whose,
    mode: {
      value: allowanceModes.join("|"),
      help: "so much of it each time; so much more; or what the balance falls short of it",
      choices: allowanceModes,
      required: true,
    },
    amount: { value: "AMOUNT", help: "in currency units, such as 5", required: true },
    period: {
      value: allowancePeriods.join("|"),
      help: "from local midnight",
      choices: allowancePeriods,
      required: true,
    },
    ends: { value: "DATE", help: "the last day of it; until it is stopped if left out" },
    course: { value: "CODE", help: "the course whose pool pays; it ends with the course" },
    reason: { value: "TEXT", help: "why; people see it" },
  },
  async run(values, { db, actor }) {
    const mode = allowanceModes.find((each) => each === values.text("mode")) ?? "set-to";
    const period = allowancePeriods.find((each) => each === values.text("period")) ?? "day";
    const accountIds = await findAccounts(db, "allowance add", values);
    const { timeZone, currency } = await getSettings(db);
    const code = values.optional("course");
    const course = code === undefined ? null : await getCourseByCode(db, code);
    const ids = await db.$transaction(
      (tx) =>
        addAllowances(tx, actor, {
          ...{ accountIds, mode, period, timeZone },
          amountNanos: parseAmount(values.text("amount")),
          endsAt: parseMoment(values.optional("ends"), timeZone),
          courseId: course?.id ?? null,
          reason: values.optional("reason") ?? "定期额度 Allowance",
        }),
      { timeout: WHOLE_CAMPUS_MS },
    );
    const amount = values.text("amount");
    return {
      lines: [`Gave ${ids.length} allowances: ${mode} ${amount} ${currency} every ${period}.`, ...ids],
      json: { allowanceIds: ids, mode, amount, period, currency },
    };
  },
};

export const allowanceList: Command = {
  name: "allowance list",
  summary: "Allowances that still come, those that come next first.",
  needs: "reader",
  options: { ...whose, all: { help: "also those that are stopped or over" } },
  async run(values, { db }) {
    const isNarrowed = values.optional("student-id") !== undefined || values.optional("group") !== undefined;
    const accountIds = isNarrowed ? await findAccounts(db, "allowance list", values) : undefined;
    const rows = (await listEvery(db, { accountIds, all: values.isOn("all") })).map(plain);
    const lines = rows.map(
      (each) =>
        `${each.id}  ${each.studentId} ${each.name}  ${each.mode} ${each.amount} every ${each.period}` +
        `${each.course === null ? "" : ` from ${each.course}`}  ${each.nextAt === null ? "no more" : `next ${each.nextAt}`}` +
        `${each.missing === null ? "" : `  NOT PAID ${each.failedAt}: the pool lacked ${each.missing}`}`,
    );
    return { lines: lines.length === 0 ? ["There is no allowance."] : lines, json: { allowances: rows } };
  },
};

export const allowanceStop: Command = {
  name: "allowance stop",
  summary: "Stop allowances; what the last one brought stays until it ends.",
  needs: "admin",
  options: { id: { value: "IDS", help: "which, separated by commas" }, ...whose },
  async run(values, { db, actor }) {
    const ids = values.list("id").map(requireId);
    const accountIds = ids.length > 0 ? [] : await findAccounts(db, "allowance stop", values);
    const allowanceIds = ids.length > 0 ? ids : (await listEvery(db, { accountIds })).map((each) => each.id);
    const stopped = await db.$transaction((tx) => stopAllowances(tx, actor, { allowanceIds }), {
      timeout: WHOLE_CAMPUS_MS,
    });
    return { lines: [`Stopped ${stopped} allowances.`], json: { stopped } };
  },
};

/** For a group of ten thousand. */
const WHOLE_CAMPUS_MS = 60_000;

async function findAccounts(db: Db, command: string, values: Values): Promise<string[]> {
  const group = values.optional("group");
  const studentIds = values.list("student-id");
  if ((group === undefined) === (studentIds.length === 0)) {
    throw new UsageError(`"${command}" needs one of --student-id and --group.`);
  }
  if (group !== undefined) return listGroupAccounts(db, group);
  const people = [];
  for (const studentId of studentIds) people.push(await getUserByStudentId(db, studentId));
  return people.map((person) => person.accountId);
}

async function listEvery(
  db: Db,
  filter: { accountIds?: string[] | undefined; all?: boolean },
): Promise<AllowanceRow[]> {
  const rows: AllowanceRow[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await listAllowances(db, { ...filter, page, pageSize: 200 });
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}

function plain(row: AllowanceRow) {
  const { id, studentId, name, mode, period, note } = row;
  const at = (moment: Date | null) => moment?.toISOString() ?? null;
  return {
    ...{ id, studentId, name, mode, amount: formatAmount(row.amountNanos), period, course: row.courseCode, note },
    ...{ nextAt: at(row.nextAt), endsAt: at(row.endsAt), stoppedAt: at(row.stoppedAt), failedAt: at(row.failedAt) },
    missing: row.missingNanos === null ? null : formatAmount(row.missingNanos),
  };
}
