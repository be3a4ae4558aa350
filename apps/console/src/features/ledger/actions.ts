"use server";
import { writeAudit } from "@lyceum/db";
import { recordVerification } from "@lyceum/ledger";
import { z } from "zod";
import { defineAction } from "#server/define-action.ts";

/** Adding up ten million usage records takes about a minute on a small machine. */
const mostMs = 15 * 60_000;

/** Adds up the books now. Null: somebody else's verification is running. */
export const verifyBooks = defineAction({
  role: "admin",
  input: z.object({}),
  timeoutMs: mostMs,
  run: async ({ tx, actor }) => {
    const verification = await recordVerification(tx, actor, false);
    if (verification === null) return null;
    const { id, usageRecords, differenceCount } = verification;
    await writeAudit(tx, actor, {
      action: "ledger.verify",
      targetKind: "ledger",
      targetId: id,
      detail: { records: Number(usageRecords), differences: differenceCount },
    });
    return { usageRecords: Number(usageRecords), differenceCount };
  },
});
