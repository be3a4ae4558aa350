import "server-only";
import { createHash } from "node:crypto";
import { type Actor, applyRoster, getSettings, listRosterMembers, type RosterCounts } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { applyRosterWithMoney } from "@lyceum/ledger";
import { encodeReceipt, receiptLines } from "@lyceum/roster";
import type { z } from "zod";
import { getDb } from "#server/db.ts";
import { requireFirst } from "../done-before.ts";
import { optionalEnd } from "../end-of-day.ts";
import { compareRoster } from "./compare.ts";
import type { applyChoices } from "./schema.ts";
import type { Upload } from "./upload.ts";

/** Enough for a course of thousands. */
const WHOLE_COURSE_MS = 60_000;

export type Applied = RosterCounts & {
  /** Null: nothing was to be changed. */
  readonly importId: string | null;
  readonly known: number;
  /** Rows that were left out. */
  readonly bad: number;
  /** The receipt as CSV. */
  readonly receipt: string;
  /** What came with it; amount as decimal text. Null: nothing was to. */
  readonly money: { readonly fundingId: string | null; readonly people: number; readonly given: string } | null;
};

/** Reads the file anew and writes what it says. Throws what `applyRoster` throws: also where the course is not as the preview showed it. */
export async function applyUpload(
  actor: Actor,
  courseId: string,
  { bytes, fileName, choices }: Upload<z.output<typeof applyChoices>>,
  locale: "zh" | "en",
  tell: (stage: string, rows: number) => Promise<void>,
): Promise<Applied> {
  await tell("comparing", 0);
  const comparison = compareRoster(bytes, choices, await listRosterMembers(getDb(), actor, courseId));
  if (!comparison.ok) {
    const { zh, en } = comparison.problem;
    throw new AppError("invalid_request", { parameters: { reason_zh: zh, reason_en: en } });
  }
  const { diff, written, heldIds, keepMissing } = comparison.compared;
  await tell("writing", written.length);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const roster = { courseId, rows: written, fileName, digest, heldIds, keepMissing, expected: choices.expected };
  const applied = await getDb().$transaction(
    async (tx) => {
      if (choices.money === null) return { ...(await applyRoster(tx, actor, roster)), money: null };
      await requireFirst(tx, actor, choices.actId, { courseId, digest, money: choices.money });
      const { amount: amountNanos, lastDay, ...rest } = choices.money;
      const endsAt = optionalEnd(lastDay, (await getSettings(tx)).timeZone);
      return applyRosterWithMoney(tx, actor, roster, { ...rest, amountNanos, endsAt });
    },
    { timeout: WHOLE_COURSE_MS },
  );
  const { importId, added, changed, gone, known } = applied;
  const money = applied.money && {
    ...{ fundingId: applied.money.fundingId, people: applied.money.people },
    given: formatAmount(applied.money.givenNanos),
  };
  const lines = receiptLines(keepMissing ? { ...diff, gone: [] } : diff, new Set(choices.confirmed));
  return { importId, added, changed, gone, known, bad: diff.counts.bad, receipt: encodeReceipt(lines, locale), money };
}
