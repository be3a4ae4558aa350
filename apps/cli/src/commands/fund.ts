import { getSettings, getUserByStudentId } from "@lyceum/db";
import { formatAmount, parseAmount } from "@lyceum/domain";
import { fund, setBalance } from "@lyceum/ledger";
import type { Command } from "../command.ts";
import { parseMoment } from "../moment.ts";
import { onceOption, requireFirst } from "../once.ts";

export const fundCommand: Command = {
  name: "fund",
  summary: "Add money to a person's balance, or set it.",
  needs: "admin",
  options: {
    "student-id": { value: "ID", help: "whose balance", required: true },
    amount: { value: "AMOUNT", help: "in currency units, such as 20 or 0.5", required: true },
    reason: { value: "TEXT", help: "why; the person sees it", required: true },
    set: { help: "set the balance to the amount instead of adding it" },
    "ends-at": { value: "DATE", help: "when what is left of it expires: 2027-01-17 or a full ISO time" },
    once: onceOption,
  },
  async run(values, { db, actor }) {
    const user = await getUserByStudentId(db, values.text("student-id"));
    const amountNanos = parseAmount(values.text("amount"));
    const { currency, timeZone } = await getSettings(db);
    const { accountId } = user;
    const reason = values.text("reason");
    const endsAt = parseMoment(values.optional("ends-at"), timeZone);
    const change = await db.$transaction(async (tx) => {
      await requireFirst(tx, values, "fund", accountId);
      return values.isOn("set")
        ? setBalance(tx, actor, { accountId, targetNanos: amountNanos, reason })
        : fund(tx, actor, { accountId, amountNanos, reason, endsAt });
    });
    const before = formatAmount(change.beforeNanos);
    const after = formatAmount(change.afterNanos);
    const missing = formatAmount(change.missingNanos);
    const lines = [`Balance of ${user.name} (${user.studentId}): ${before} → ${after} ${currency}.`];
    if (change.missingNanos > 0n) lines.push(`${missing} ${currency} could not be taken: running requests hold it.`);
    return {
      lines,
      json: { studentId: user.studentId, accountId, before, after, missing, entryIds: change.entryIds, currency },
    };
  },
};
