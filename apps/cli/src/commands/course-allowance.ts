import { getSettings, listCourseAllowances, updateCourse } from "@lyceum/db";
import { allowanceModes, allowancePeriods, formatAmount, parseAmount } from "@lyceum/domain";
import { addCourseAllowance, stopCourseAllowance } from "@lyceum/ledger";
import { type Command, UsageError } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { requireId } from "../ids.ts";
import { parseMoment } from "../moment.ts";
import { findMembers } from "./course-members.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const apply = { help: "do it; without it the command only says what it would do" } as const;

export const courseAllowanceAdd: Command = {
  name: "course allowance add",
  summary: "Give a course's students money of its pool each day, week or month: a period to all of them or to none.",
  needs: "fund",
  options: {
    code,
    mode: {
      value: allowanceModes.join("|"),
      help: "so much afresh each period; so much more; or what the course's money falls short of it",
      choices: allowanceModes,
      required: true,
    },
    amount: { value: "AMOUNT", help: "for each, in currency units", required: true },
    period: {
      value: allowancePeriods.join("|"),
      help: "from local midnight; the current one at once",
      choices: allowancePeriods,
      required: true,
    },
    "student-id": {
      value: "IDS",
      help: "only these students, separated by commas; all, also who joins later, if left out",
    },
    ends: { value: "DATE", help: "the last day of it; the course's if left out" },
    reason: { value: "TEXT", help: "why; people see it", required: true },
    apply,
  },
  async run(values, { db, actor, course }) {
    const { timeZone, currency } = await getSettings(db);
    const studentIds = values.list("student-id");
    const input = {
      courseId: course.id,
      memberIds: studentIds.length === 0 ? null : await findMembers(db, actor, course.id, studentIds),
      mode: allowanceModes.find((each) => each === values.text("mode")) ?? "set-to",
      period: allowancePeriods.find((each) => each === values.text("period")) ?? "week",
      amountNanos: parseAmount(values.text("amount")),
      endsAt: parseMoment(values.optional("ends"), timeZone),
      reason: values.text("reason"),
    };
    const isApplied = values.isOn("apply");
    const { allowanceId, isNew, drawn } = await actOrTry(db, isApplied, (tx) => addCourseAllowance(tx, actor, input));
    const [given, had] = [formatAmount(drawn.neededNanos), formatAmount(drawn.availableNanos)];
    const lines = [
      `${course.code}: ${drawn.people} students get ${given} ${currency} for this period, of ${had} that the pool has.`,
    ];
    if (!isApplied) lines.push(triedOnly);
    else lines.push(isNew ? `Allowance ${allowanceId}` : `Just this allowance was there: ${allowanceId}`);
    return {
      lines,
      json: {
        ...{ code: course.code, applied: isApplied, allowanceId: isApplied || !isNew ? allowanceId : null, isNew },
        ...{ people: drawn.people, given, available: had, fundingId: isApplied ? drawn.fundingId : null, currency },
      },
    };
  },
};

export const courseAllowanceList: Command = {
  name: "course allowance list",
  summary: "What comes to a course's students by itself: how much, when next, and what the pool could not pay.",
  needs: "see",
  options: { code },
  async run(_, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const allowances = (await listCourseAllowances(db, actor, course.id)).map((each) => ({
      ...{ allowanceId: each.id, mode: each.mode, amount: formatAmount(each.amountNanos), period: each.period },
      ...{ members: each.members, reason: each.reason, by: each.actorName, ends: each.endsAt.toISOString() },
      ...{ next: each.nextAt?.toISOString() ?? null, stopped: each.stoppedAt?.toISOString() ?? null },
      missed: each.missed && {
        ...{ since: each.missed.at.toISOString(), needed: formatAmount(each.missed.neededNanos) },
        available: formatAmount(each.missed.hadNanos),
      },
    }));
    const lines = allowances.map(
      (each) =>
        `${each.allowanceId}  ${each.mode} ${each.amount} ${currency} each ${each.period} for ${each.members ?? "all"} students until ${each.ends}, ` +
        (each.missed
          ? `not paid since ${each.missed.since}: ${each.missed.needed} needed, ${each.missed.available} in the pool`
          : each.next
            ? `next ${each.next}`
            : "stopped or over"),
    );
    return { lines: lines.length === 0 ? ["There is no allowance."] : lines, json: { allowances, currency } };
  },
};

export const courseAllowanceStop: Command = {
  name: "course allowance stop",
  summary: "Stop an allowance of a course: it comes no more. What it gave for this period stays.",
  needs: "fund",
  options: { code, allowance: { value: "ID", help: "as allowance list prints it", required: true }, apply },
  async run(values, { db, actor, course }) {
    const allowanceId = requireId(values.text("allowance"));
    const isApplied = values.isOn("apply");
    const { stopped } = await actOrTry(db, isApplied, (tx) =>
      stopCourseAllowance(tx, actor, { courseId: course.id, allowanceId }),
    );
    const lines = [stopped ? `It comes no more.` : "It was stopped or over already."];
    if (!isApplied) lines.push(triedOnly);
    return { lines, json: { code: course.code, applied: isApplied, allowanceId, stopped } };
  },
};

export const courseSet: Command = {
  name: "course set",
  summary: "What a course proposes for each student, and what of the next period they may take in advance.",
  needs: "lead",
  options: {
    code,
    "default-amount": { value: "AMOUNT", help: 'what the pages propose for each; "none": nothing' },
    advance: { value: "AMOUNT", help: 'the most that comes in advance of an allowance; "none": nothing' },
  },
  async run(values, { db, actor, course }) {
    const read = (option: "default-amount" | "advance") => {
      const text = values.optional(option);
      return text === undefined ? undefined : text === "none" ? null : parseAmount(text);
    };
    const [defaultAmountNanos, advanceNanos] = [read("default-amount"), read("advance")];
    if (defaultAmountNanos === undefined && advanceNanos === undefined) {
      throw new UsageError('"course set" needs --default-amount or --advance.');
    }
    await db.$transaction((tx) =>
      updateCourse(tx, actor, {
        courseId: course.id,
        ...(defaultAmountNanos === undefined ? {} : { defaultAmountNanos }),
        ...(advanceNanos === undefined ? {} : { advanceNanos }),
      }),
    );
    return { lines: [`Changed ${course.code}.`], json: { code: course.code } };
  },
};
