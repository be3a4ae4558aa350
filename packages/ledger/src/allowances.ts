import { type Actor, type CourseAccess, lockCourse, type Tx, writeAudits } from "@lyceum/db";
import { type AllowanceMode, type AllowancePeriod, AppError, formatAmount, newId } from "@lyceum/domain";
import { poolLacks } from "./courses.ts";
import { type LockedAccount, lockAccounts } from "./locked-accounts.ts";
import { refusal, requireAmount, requireFuture, requireReason } from "./requirements.ts";

export type NewAllowance = {
  accountIds: readonly string[];
  mode: AllowanceMode;
  /** More than zero. */
  amountNanos: bigint;
  period: AllowancePeriod;
  /** The last moment of it; null: until it is stopped. With a course, its end at the latest. */
  endsAt: Date | null;
  /** The course whose pool pays, each time; null: nobody has to. */
  courseId: string | null;
  reason: string;
  /** Where midnight is local. */
  timeZone: string;
};

/**
 * Gives each account an allowance: for the current period at once, then at each beginning of one. All or none. Returns their ids. Throws
 * `not_found`, `invalid_amount`, and `invalid_request` naming what the pool lacks for the first time.
 */
export async function addAllowances(tx: Tx, actor: Actor, input: NewAllowance): Promise<string[]> {
  const reason = requireReason(input.reason);
  requireAmount(input.amountNanos, 1n);
  requireFuture(input.endsAt);
  const ids = [...new Set(input.accountIds)];
  const course = input.courseId === null ? null : await findCourse(tx, actor, input.courseId);
  const locked = await lockAccounts(tx, course === null ? ids : [...ids, course.poolId], { withPools: false });
  const people = locked.filter((account) => account.id !== course?.poolId);
  if (people.length < ids.length || people.length === 0) throw new AppError("not_found");
  const endsAt = earlier(input.endsAt, course?.endsAt ?? null);
  const rows = people.map((account) => ({ id: newId(), account }));
  await tx.$executeRaw`insert into allowance (id, account_id, mode, amount_nanos, period, pool_id, next_at, ends_at, note, actor_id)
    select o.id, o.account, ${input.mode}::allowance_mode, ${input.amountNanos}::bigint, ${input.period}::cap_period, ${course?.poolId ?? null}::uuid,
      clock_timestamp(), ${endsAt}::timestamptz, ${reason}, ${actor.id}::uuid
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.account.id)}::uuid[]) as o (id, account)`;
  // Outside, so that it is looked up after each renewal: what the pool had where it could not pay.
  const refused = await tx.$queryRaw<
    { missing: bigint; left: bigint }[]
  >`select missing, available_nanos(${course?.poolId ?? null}::uuid) as left
    from (select renew_allowance(o.id, ${input.timeZone}) as missing from unnest(${rows.map((row) => row.id)}::uuid[]) as o (id) offset 0) r
    where missing > 0`;
  const last = refused.at(-1);
  if (last !== undefined) {
    throw poolLacks(refused.reduce((sum, each) => sum + each.missing + each.left, 0n) - last.left);
  }
  await writeAudits(
    tx,
    actor,
    rows.map(({ id, account }) => ({
      action: "allowance.add",
      targetKind: "account",
      targetId: account.id,
      targetName: account.name,
      detail: {
        allowance: id,
        mode: input.mode,
        amount: formatAmount(input.amountNanos),
        period: input.period,
        ...(course === null ? {} : { course: course.code }),
        ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
        reason,
      },
    })),
  );
  return rows.map((row) => row.id);
}

/**
 * Stops allowances: they come no more. What the last one brought stays until it ends. Returns how many were stopped; those that
 * were over already count as none. Throws `not_found`.
 */
export async function stopAllowances(
  tx: Tx,
  actor: Actor,
  input: { allowanceIds: readonly string[] },
): Promise<number> {
  const ids = [...new Set(input.allowanceIds)];
  const known = await tx.allowance.findMany({ where: { id: { in: ids } }, select: { accountId: true } });
  if (known.length < ids.length) throw new AppError("not_found");
  const accounts = await lockAccounts(
    tx,
    known.map((each) => each.accountId),
    { withPools: false },
  );
  const names = new Map<string, LockedAccount>(accounts.map((account) => [account.id, account]));
  const stopped = await tx.$queryRaw<
    { id: string; accountId: string; mode: string; amountNanos: bigint; period: string; note: string }[]
  >`update allowance set next_at = null, stopped_at = clock_timestamp() where id = any(${ids}::uuid[]) and next_at is not null
      returning id, account_id as "accountId", mode::text as mode, amount_nanos as "amountNanos", period::text as period, note`;
  await tx.$executeRaw`select note_next_allowances(${accounts.map((account) => account.id)}::uuid[])`;
  await writeAudits(
    tx,
    actor,
    stopped.map(({ id, accountId, mode, amountNanos, period, note }) => ({
      action: "allowance.stop",
      targetKind: "account",
      targetId: accountId,
      targetName: names.get(accountId)?.name ?? "",
      detail: { allowance: id, mode, amount: formatAmount(amountNanos), period, reason: note },
    })),
  );
  return stopped.length;
}

/** Whoever may grant out of its pool to people who need not be members; under its lock, as somebody may be moving the end that an allowance has from it. */
async function findCourse(tx: Tx, actor: Actor, courseId: string): Promise<CourseAccess> {
  const course = await lockCourse(tx, actor, courseId, "grantToAnybody");
  if (course.hasEnded) throw refusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  return course;
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
