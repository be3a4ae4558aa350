import { commandLine, createKey, getSettings, getUserByStudentId } from "@lyceum/db";
import { noLimits, parseAmount } from "@lyceum/domain";
import type { Command } from "../command.ts";
import { parseMoment } from "../moment.ts";

const periods = ["total", "day", "week", "month"] as const;

export const keyCreate: Command = {
  name: "key create",
  summary: "Make an API key; it is printed this once.",
  options: {
    "student-id": { value: "ID", help: "whose key", required: true },
    name: { value: "NAME", help: "what to call it", required: true },
    group: { value: "GROUP", help: "default if left out" },
    models: { value: "MODELS", help: "only these models, separated by commas; every model of the group if left out" },
    expires: { value: "DATE", help: "2027-01-17 or a full ISO time; never if left out" },
    cap: { value: "AMOUNT", help: "the most it may spend" },
    "cap-period": { value: periods.join("|"), help: "what the cap counts; total if left out", choices: periods },
  },
  async run(values, { db }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const { timeZone } = await getSettings(db);
    const cap = values.optional("cap");
    const group = values.optional("group") ?? "default";
    const input = {
      userId: user.id,
      name: values.text("name"),
      groupId: group,
      models: values.list("models"),
      expiresAt: parseMoment(values.optional("expires"), timeZone),
      ...noLimits,
      capNanos: cap === undefined ? null : parseAmount(cap),
      capPeriod: periods.find((each) => each === values.optional("cap-period")) ?? "total",
    };
    const made = await db.$transaction((tx) => createKey(tx, commandLine, input));
    return {
      lines: [`Key "${input.name}" of ${user.name} (${user.studentId}), group ${group}, shown only now:`, made.secret],
      json: { id: made.id, key: made.secret, name: input.name, group, studentId: user.studentId },
    };
  },
};
