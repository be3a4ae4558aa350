import { getSettings } from "@lyceum/db";
import { formatAmount } from "@lyceum/domain";
import { differenceText, recordVerification, undoEntry } from "@lyceum/ledger";
import type { Command } from "../command.ts";
import { requireId } from "../ids.ts";

export const ledgerVerify: Command = {
  name: "ledger verify",
  summary: "Add up the books anew and keep the result; exit code 1 and the accounts that differ, if any do.",
  needs: "admin",
  options: {},
  async run(_, { db, actor }) {
    const [accounts, verification] = await Promise.all([db.account.count(), recordVerification(db, actor, true)]);
    if (verification === null) throw new Error("a verification that waits for its turn has no result");
    const { differenceCount } = verification;
    const usageRecords = Number(verification.usageRecords);
    const differences = verification.differences.map(({ expectedNanos, foundNanos, ...rest }) => ({
      ...rest,
      expected: differenceText(rest.subject, expectedNanos),
      found: differenceText(rest.subject, foundNanos),
    }));
    const lines = differences.map(
      (each) =>
        `${each.studentId ?? each.accountId}: ${each.subject} (${each.subjectId}) should be ${each.expected} and is ${each.found}.`,
    );
    if (differenceCount > lines.length) lines.push(`${differenceCount - lines.length} more sums differ.`);
    const took = `${(verification.durationMs / 1000).toFixed(1)} s`;
    if (lines.length === 0)
      lines.push(`The books of ${accounts} accounts and ${usageRecords} usage records add up (${took}).`);
    return {
      lines,
      json: { ok: differenceCount === 0, accounts, usageRecords, differences, differenceCount },
      failed: differenceCount > 0,
    };
  },
};

export const ledgerUndo: Command = {
  name: "ledger undo",
  summary: "Take back what is left of a top-up or grant by a counter-entry; a course's money returns to its pool.",
  needs: "admin",
  options: {
    entry: { value: "ID", help: "the ledger entry by which it was received", required: true },
    reason: { value: "TEXT", help: "why; what is undone, if left out" },
  },
  async run(values, { db, actor }) {
    const input = { entryId: requireId(values.text("entry")), reason: values.optional("reason") };
    const undone = await db.$transaction((tx) => undoEntry(tx, actor, input));
    const { currency } = await getSettings(db);
    const taken = formatAmount(undone.takenNanos);
    const held = formatAmount(undone.heldNanos);
    const gone = formatAmount(undone.goneNanos);
    const after = formatAmount(undone.afterNanos);
    const lines = [`Took back ${taken} ${currency} from ${undone.name}; the balance is ${after} ${currency}.`];
    if (undone.goneNanos > 0n) lines.push(`${gone} ${currency} could not be taken: it is spent, or was taken earlier.`);
    if (undone.heldNanos > 0n) {
      lines.push(
        `${held} ${currency} could not be taken: running requests hold it (what they leave is taken back when they end), ` +
          "or in a course's pool it waits for members who have not proven their ID.",
      );
    }
    return { lines, json: { accountId: undone.accountId, name: undone.name, taken, held, gone, after, currency } };
  },
};
