import "server-only";
import { createHash } from "node:crypto";
import { type Actor, listChosenMembers, requireCourseRole } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { fundFile } from "@lyceum/ledger";
import { type Problem, readAmounts, sayProblem } from "@lyceum/roster";
import type { z } from "zod";
import { getDb } from "#server/db.ts";
import { requireFirst } from "../done-before.ts";
import type { applyChoices } from "./schema.ts";

/** Enough for a course of thousands. */
const WHOLE_COURSE_MS = 60_000;

/** Amounts as decimal text. `now`: of the course's money, at hand or waiting. */
export type BalanceRow = {
  readonly row: number;
  readonly studentId: string;
  readonly name: string;
  readonly now: string;
  readonly amount: string;
};

export type BadBalanceRow = {
  readonly row: number;
  readonly studentId: string;
  readonly name: string;
  readonly sentence: string;
};

export type BalancesAnswer =
  | {
      readonly ok: true;
      readonly rows: readonly BalanceRow[];
      readonly bad: readonly BadBalanceRow[];
      /** In the pool. */
      readonly available: string;
    }
  | { readonly ok: false; readonly message: string };

/** What a file would change, member by member; the sums depend on the mode, which the page knows. */
export async function previewBalances(
  actor: Actor,
  courseId: string,
  bytes: Uint8Array,
  locale: "zh" | "en",
): Promise<BalancesAnswer> {
  const course = await requireCourseRole(getDb(), actor, courseId, "fund");
  const members = new Map(
    (await listChosenMembers(getDb(), actor, courseId, {})).map((each) => [each.studentId, each]),
  );
  const read = readAmounts(bytes, new Set(members.keys()));
  if (!read.ok) return { ok: false, message: sayProblem(read.problem, locale) };
  const [pool] = await getDb().$queryRaw<{ nanos: bigint }[]>`select available_nanos(${course.poolId}::uuid) as nanos`;
  return {
    ok: true,
    rows: read.rows.map(({ row, studentId, amountNanos }) => ({
      ...{ row, studentId, name: members.get(studentId)?.name ?? "", amount: formatAmount(amountNanos) },
      now: formatAmount(members.get(studentId)?.nowNanos ?? 0n),
    })),
    bad: read.bad.map(({ problems, ...each }) => ({
      ...each,
      sentence: problems.map((said) => said[locale]).join(" "),
    })),
    available: formatAmount(pool?.nanos ?? 0n),
  };
}

export type BalancesApplied = {
  /** Null: nothing was to be changed. */
  readonly fundingId: string | null;
  readonly changed: number;
  /** In the pool, as decimal text. */
  readonly before: string;
  readonly after: string;
};

/** Reads the file anew and does what it says, for all or for none. Throws what fundFile throws, and for rows that can't be taken. */
export async function applyBalances(
  actor: Actor,
  courseId: string,
  bytes: Uint8Array,
  { mode, reason, skipBad, actId }: z.output<typeof applyChoices>,
): Promise<BalancesApplied> {
  const members = await listChosenMembers(getDb(), actor, courseId, {});
  const read = readAmounts(bytes, new Set(members.map((member) => member.studentId)));
  if (!read.ok) throw refused(read.problem);
  const [first] = skipBad ? [] : read.bad.flatMap((row) => row.problems);
  if (first !== undefined) throw refused(first);
  const digest = createHash("sha256").update(bytes).digest("hex");
  const funded = await getDb().$transaction(
    async (tx) => {
      await requireFirst(tx, actor, actId, { courseId, digest, mode, reason, skipBad });
      return fundFile(tx, actor, { courseId, mode, rows: read.rows, reason });
    },
    { timeout: WHOLE_COURSE_MS },
  );
  return {
    fundingId: funded.fundingId,
    changed: funded.members.filter((each) => each.afterNanos !== each.beforeNanos).length,
    ...{ before: formatAmount(funded.pool.beforeNanos), after: formatAmount(funded.pool.afterNanos) },
  };
}

function refused(said: Problem): AppError {
  const [reason_zh, reason_en] = [sayProblem(said, "zh"), sayProblem(said, "en")];
  return new AppError("invalid_request", { parameters: { reason_zh, reason_en } });
}
