import {
  getUserByStudentId,
  type LimitChanges,
  type MeterRow,
  readMeters,
  setGroupLimits,
  setUserLimits,
} from "@lyceum/db";
import { formatAmount, noLimits } from "@lyceum/domain";
import { type Command, UsageError, type Values } from "../command.ts";
import { isEmpty, limitChanges, limitJson, limitOptions, limitWords } from "../limit-options.ts";

const none = { help: "lift every limit first; what else is given is then set" } as const;

export const userLimit: Command = {
  name: "user limit",
  summary: "Set or lift limits of a person over all keys; what is not named stays.",
  needs: "admin",
  options: { "student-id": { value: "ID", help: "the student ID", required: true }, ...limitOptions, none },
  async run(values, { db, actor }) {
    const limits = changesOf(values);
    const user = await getUserByStudentId(db, values.text("student-id"));
    const after = await db.$transaction((tx) => setUserLimits(tx, actor, { userId: user.id, limits }));
    return {
      lines: [`Limits of ${user.name} (${user.studentId}): ${limitWords(after)}.`],
      json: { studentId: user.studentId, ...limitJson(after) },
    };
  },
};

export const groupLimit: Command = {
  name: "group limit",
  summary: "Set or lift limits of each member of a group; what is not named stays.",
  needs: "admin",
  positionals: ["NAME"],
  options: { ...limitOptions, none },
  async run(values, { db, actor }) {
    const limits = changesOf(values);
    const groupId = values.text("NAME");
    const after = await db.$transaction((tx) => setGroupLimits(tx, actor, { groupId, limits }));
    return {
      lines: [`Limits of each member of ${groupId}: ${limitWords(after)}.`],
      json: { group: groupId, ...limitJson(after) },
    };
  },
};

export const limitsShow: Command = {
  name: "limits show",
  summary: "Show the limits that apply to a person and what counts against them now.",
  needs: "reader",
  options: { "student-id": { value: "ID", help: "the student ID", required: true } },
  async run(values, { db }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const meters = await readMeters(db, user.accountId);
    const title = `${user.name} (${user.studentId})`;
    return {
      lines: meters.length === 0 ? [`${title} has no limits.`] : [title, ...meters.flatMap(meterLines)],
      json: { studentId: user.studentId, limits: meters.map(meterJson) },
    };
  },
};

function changesOf(values: Values): LimitChanges {
  const changes = limitChanges(values);
  if (!values.isOn("none")) {
    if (isEmpty(changes)) throw new UsageError("Name at least one limit, or --none to lift all.");
    return changes;
  }
  const { rpmLimit, tpmLimit, parallelLimit, capNanos } = noLimits;
  const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { rpmLimit, tpmLimit, parallelLimit, capNanos, ...named };
}

function meterLines(meter: MeterRow): string[] {
  const { rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod, beginsAnewAt } = meter;
  const holders = {
    user: "the user",
    member: `each member of ${meter.holderName}`,
    key: `the key "${meter.holderName}"`,
  };
  const lines = [`${holders[meter.scope]}:`];
  if (rpmLimit !== null) lines.push(`  requests in the last minute   ${meter.usedRequests} of ${rpmLimit}`);
  if (tpmLimit !== null) lines.push(`  tokens in the last minute     ${meter.usedTokens} of ${tpmLimit}`);
  if (parallelLimit !== null)
    lines.push(`  running requests              ${meter.runningRequests} of ${parallelLimit}`);
  if (capNanos !== null) {
    const reserved = meter.reservedNanos === 0n ? "" : ` and ${formatAmount(meter.reservedNanos)} reserved`;
    const until = beginsAnewAt === null ? "" : `, anew at ${beginsAnewAt.toISOString()}`;
    const spent = `${formatAmount(meter.spentNanos)}${reserved} of ${formatAmount(capNanos)} (${capPeriod}${until})`;
    lines.push(`  spent                         ${spent}`);
  }
  return lines;
}

function meterJson(meter: MeterRow) {
  return {
    scope: meter.scope,
    ...(meter.scope === "member" && { group: meter.holderId }),
    ...(meter.scope === "key" && { keyId: meter.holderId, name: meter.holderName }),
    ...limitJson(meter),
    usedRequests: meter.usedRequests,
    usedTokens: meter.usedTokens,
    running: meter.runningRequests,
    spent: formatAmount(meter.spentNanos),
    reserved: formatAmount(meter.reservedNanos),
    beginsAnewAt: meter.beginsAnewAt?.toISOString() ?? null,
  };
}
