import type { Db, Tx } from "./client.ts";
import type { StatementPeriod, StatementUsage } from "./statements.ts";

export type PoolMovement = {
  readonly studentId: string;
  readonly name: string;
  /** grant, charge, return, expiry, … of credits that came out of the pool. */
  readonly kind: string;
  /** Signed, as it stands with the person. */
  readonly amountNanos: bigint;
  readonly requests: number;
};

/** What became of a pool's grants in a period: sums by person and kind of entry, in order of the person. */
export async function poolMovements(
  db: Db | Tx,
  poolId: string,
  { from, to }: StatementPeriod,
): Promise<PoolMovement[]> {
  return db.$queryRaw`select coalesce(u.student_id, '') as "studentId", coalesce(u.name, '') as name, e.kind::text as kind,
      sum(e.amount_nanos)::bigint as "amountNanos", sum(e.requests)::int as requests
    from credit c join ledger_entry e on e.credit_id = c.id join account a on a.id = c.account_id left join app_user u on u.id = a.user_id
    where c.pool_id = ${poolId}::uuid and e.created_at >= ${from}::timestamptz and e.created_at < ${to}::timestamptz
    group by 1, 2, 3, e.kind order by 1, 2, e.kind`;
}

/** What a pool's money was used for in a period, by person and model, from the hourly sums. */
export async function poolUsage(
  db: Db | Tx,
  poolId: string,
  { from, to }: StatementPeriod,
): Promise<(StatementUsage & { studentId: string; name: string })[]> {
  return db.$queryRaw`select coalesce(u.student_id, '') as "studentId", coalesce(u.name, '') as name, t.model,
      sum(t.requests)::int as requests, sum(t.input_tokens)::float8 as "inputTokens", sum(t.cached_input_tokens)::float8 as "cachedInputTokens",
      sum(t.output_tokens)::float8 as "outputTokens", sum(t.reasoning_tokens)::float8 as "reasoningTokens",
      sum(t.charge_nanos)::bigint as "chargeNanos", sum(t.uncollected_nanos)::bigint as "uncollectedNanos"
    from usage_rollup t join account a on a.id = t.account_id left join app_user u on u.id = a.user_id
    where t.pool_id = ${poolId}::uuid and t.hour >= ${from}::timestamptz and t.hour < ${to}::timestamptz
    group by 1, 2, 3 order by 1, 2, 3`;
}
