import { formatAmount } from "@lyceum/domain";
import { verifyLedger } from "@lyceum/ledger";
import type { Command } from "../command.ts";

export const ledgerVerify: Command = {
  name: "ledger verify",
  summary: "Add up the books anew; exit code 1 and the accounts that differ, if any do.",
  options: {},
  async run(_, { db }) {
    const [accounts, usageRecords] = await Promise.all([db.account.count(), db.usageRecord.count()]);
    const differences = (await verifyLedger(db)).map(({ expectedNanos, foundNanos, ...rest }) => ({
      ...rest,
      expected: formatAmount(expectedNanos),
      found: formatAmount(foundNanos),
    }));
    const lines = differences.map(
      (each) =>
        `${each.studentId ?? each.accountId}: ${each.subject} (${each.subjectId}) should be ${each.expected} and is ${each.found}.`,
    );
    if (lines.length === 0) lines.push(`The books of ${accounts} accounts and ${usageRecords} usage records add up.`);
    return {
      lines,
      json: { ok: differences.length === 0, accounts, usageRecords, differences },
      failed: differences.length > 0,
    };
  },
};
