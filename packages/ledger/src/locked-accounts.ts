import type { Tx } from "@lyceum/db";

/** `name`: the person's student ID or the course's code; empty for the house. */
export type LockedAccount = { id: string; balanceNanos: bigint; name: string };

/**
 * Locks accounts in id order, as admission and settlement do; what is read afterwards holds until the commit. Before money is taken,
 * `withPools` locks those that it goes back to as well.
 */
export async function lockAccounts(
  tx: Tx,
  ids: readonly string[],
  options: { withPools: boolean },
): Promise<LockedAccount[]> {
  if (options.withPools) await tx.$executeRaw`select lock_with_pools(${ids}::uuid[])`;
  else await tx.$queryRaw`select id from account where id = any(${ids}::uuid[]) order by id for no key update`;
  return tx.$queryRaw<
    LockedAccount[]
  >`select a.id, a.balance_nanos as "balanceNanos", coalesce(u.student_id, c.code, '') as name
    from account a left join app_user u on u.id = a.user_id left join course c on c.id = a.course_id
    where a.id = any(${ids}::uuid[]) order by a.id`;
}
