import { type Actor, lockCourse, type Tx, writeAudits } from "@lyceum/db";
import { AppError, formatAmount } from "@lyceum/domain";
import { lockAccounts } from "./locked-accounts.ts";
import type { BalanceChange } from "./post.ts";
import { refusal, requireAmount, requireReason } from "./requirements.ts";

export type CourseGrant = {
  courseId: string;
  accountIds: readonly string[];
  /** For each account; more than zero. */
  amountNanos: bigint;
  reason: string;
};

export type CourseGranted = {
  readonly pool: { readonly beforeNanos: bigint; readonly afterNanos: bigint };
  readonly changes: readonly BalanceChange[];
};

/**
 * Admins grant the same amount out of a course's pool to each account, members or not, to all or to none. Grants end with the course; what is left returns to
 * the pool. Throws `not_found`, `invalid_amount`, and `invalid_request` naming what the pool lacks, or for a course that has ended.
 */
export async function grantFromCourse(tx: Tx, actor: Actor, input: CourseGrant): Promise<CourseGranted> {
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  const ids = [...new Set(input.accountIds)];
  // Its lock too: what is granted ends with the course, and somebody may be moving that.
  const course = await lockCourse(tx, actor, input.courseId, "grantToAnybody");
  if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const locked = await lockAccounts(tx, [course.poolId, ...ids], { withPools: false });
  const pool = locked.find((account) => account.id === course.poolId);
  const people = locked.filter((account) => account.id !== course.poolId);
  if (pool === undefined || people.length < ids.length || people.length === 0) throw new AppError("not_found");

  const totalNanos = input.amountNanos * BigInt(people.length);
  const [row] = await tx.$queryRaw<{ available: bigint }[]>`select available_nanos(${pool.id}::uuid) as available`;
  const missingNanos = totalNanos - (row?.available ?? 0n);
  if (missingNanos > 0n) throw poolLacks(missingNanos);
  const accountIds = people.map((account) => account.id);
  const amounts = people.map(() => input.amountNanos.toString());
  const [granted] = await tx.$queryRaw<{ missing: bigint; receivers: string[]; entries: string[] }[]>`select *
    from grant_to_many(${pool.id}::uuid, ${accountIds}::uuid[], ${amounts}::text[]::bigint[], 'course-grant', ${course.endsAt}::timestamptz,
      ${actor.id}::uuid, ${reason})`;
  if (granted === undefined) throw new Error("grant_to_many() answered no row");
  if (granted.missing > 0n) throw poolLacks(granted.missing);
  const entries = Map.groupBy(granted.entries.keys(), (place) => granted.receivers[place]);
  const changes = people.map(({ id, balanceNanos }) => ({
    accountId: id,
    entryIds: (entries.get(id) ?? []).flatMap((place) => granted.entries[place] ?? []),
    beforeNanos: balanceNanos,
    afterNanos: balanceNanos + input.amountNanos,
    missingNanos: 0n,
  }));
  const afterNanos = pool.balanceNanos - totalNanos;
  await writeAudits(tx, actor, [
    {
      action: "course.grant",
      targetKind: "course",
      targetId: input.courseId,
      targetName: course.code,
      detail: {
        before: formatAmount(pool.balanceNanos),
        after: formatAmount(afterNanos),
        people: people.length,
        reason,
      },
    },
    ...changes.map((change, place) => ({
      action: "account.grant",
      targetKind: "account",
      targetId: change.accountId,
      targetName: people[place]?.name ?? "",
      detail: {
        before: formatAmount(change.beforeNanos),
        after: formatAmount(change.afterNanos),
        course: course.code,
        endsAt: course.endsAt.toISOString(),
        reason,
      },
    })),
  ]);
  return { pool: { beforeNanos: pool.balanceNanos, afterNanos }, changes };
}

/** What a pool can't pay. */
export function poolLacks(missingNanos: bigint): AppError {
  const missing = formatAmount(missingNanos);
  return refusal(`课程额度池还差 ${missing}，没有改动。`, `the course's pool lacks ${missing}; nothing was changed.`);
}
