import { getSettings, listOwnFundings } from "@lyceum/db";
import { formatAmount, parseAmount } from "@lyceum/domain";
import { decideOwnFunding } from "@lyceum/ledger";
import type { CourseCommand } from "../command.ts";
import { actOrTry, triedOnly } from "../dry-run.ts";
import { requireId } from "../ids.ts";

const code = { value: "CODE", help: "the course's code", required: true } as const;
const request = { value: "ID", help: "as the list prints it", required: true } as const;
const apply = { help: "do it; without it the command only says what it would do" } as const;

export const courseRequestsList: CourseCommand = {
  name: "course requests list",
  summary:
    "What members of a course ask for and nobody has decided yet, with what they have of its money and used lately.",
  needs: "see",
  options: { code, decided: { help: "the last fifty that were decided instead" } },
  async run(values, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const rows = await listOwnFundings(db, actor, course.id, values.isOn("decided") ? "decided" : "open");
    const requests = rows.map((each) => ({
      ...{ id: each.id, studentId: each.studentId, name: each.name, role: each.role, mode: each.mode },
      ...{ amount: formatAmount(each.amountNanos), reason: each.reason, askedAt: each.askedAt.toISOString() },
      ...{ deadline: each.deadline?.toISOString() ?? null, has: formatAmount(each.hasNanos) },
      ...{ spentLately: formatAmount(each.spentNanos), outcome: each.outcome, answer: each.answer },
      granted: each.grantedNanos === null ? null : formatAmount(each.grantedNanos),
    }));
    const lines = requests.map(
      (each) =>
        `${each.id}  ${each.studentId} ${each.name}  ${each.mode} ${each.amount} ${currency}  has ${each.has}, used ${each.spentLately} in 7 days` +
        `${each.deadline === null ? "" : `  by ${each.deadline}`}  ${each.outcome ?? "waits"}: ${each.reason}`,
    );
    return { lines: lines.length === 0 ? ["There is no request."] : lines, json: { requests, currency } };
  },
};

export const courseRequestsApprove: CourseCommand = {
  name: "course requests approve",
  summary: "Grant what a member asked for, or another amount, out of the course's pool.",
  needs: "fund",
  options: {
    code,
    request,
    amount: { value: "AMOUNT", help: "instead of what was asked for" },
    answer: { value: "TEXT", help: "what the person is told with it" },
    apply,
  },
  async run(values, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const amount = values.optional("amount");
    const input = {
      ...{ courseId: course.id, requestId: requireId(values.text("request")), grant: true },
      ...{ amountNanos: amount === undefined ? undefined : parseAmount(amount), answer: values.optional("answer") },
    };
    const isApplied = values.isOn("apply");
    const funded = await actOrTry(db, isApplied, (tx) => decideOwnFunding(tx, actor, input));
    const [member] = funded?.members ?? [];
    const [before, after] = [member?.beforeNanos ?? 0n, member?.afterNanos ?? 0n].map(formatAmount);
    const lines = [`${member?.studentId}  ${member?.name}: ${before} → ${after} ${currency} of ${course.code}`];
    const fundingId = isApplied ? (funded?.fundingId ?? null) : null;
    lines.push(isApplied ? `Funding ${fundingId}` : triedOnly);
    return { lines, json: { applied: isApplied, fundingId, before, after, currency } };
  },
};

export const courseRequestsRefuse: CourseCommand = {
  name: "course requests refuse",
  summary: "Refuse what a member asked for, with a sentence.",
  needs: "fund",
  options: {
    code,
    request,
    answer: { value: "TEXT", help: "why; the person is told", required: true },
    apply,
  },
  async run(values, { db, actor, course }) {
    const requestId = requireId(values.text("request"));
    const input = { courseId: course.id, requestId, grant: false, answer: values.text("answer") };
    const isApplied = values.isOn("apply");
    await actOrTry(db, isApplied, (tx) => decideOwnFunding(tx, actor, input));
    return {
      lines: [`Refused ${requestId}.`, ...(isApplied ? [] : [triedOnly])],
      json: { applied: isApplied, requestId },
    };
  },
};
