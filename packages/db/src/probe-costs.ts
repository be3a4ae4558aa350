import { HOUSE_ACCOUNT_ID } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

/** What probes of one day cost the house. */
export type ProbeCosts = {
  /** As "2026-09-01", in the zone. */
  readonly day: string;
  readonly probes: number;
  readonly failures: number;
  readonly tokens: bigint;
  readonly costNanos: bigint;
};

/** What probes cost, for each of the last days on which there were some, newest first; days are the zone's. The house makes no other requests. */
export async function listProbeCosts(
  db: Db | Tx,
  { zone, days }: { zone: string; days: number },
): Promise<ProbeCosts[]> {
  return await db.$queryRaw<ProbeCosts[]>`
    select to_char(hour at time zone ${zone}, 'YYYY-MM-DD') as day, sum(requests)::int as probes, sum(failures)::int as failures,
      sum(input_tokens + output_tokens)::bigint as tokens, sum(charge_nanos + uncollected_nanos)::bigint as "costNanos"
    from usage_rollup where account_id = ${HOUSE_ACCOUNT_ID}::uuid
      and hour >= date_trunc('day', now(), ${zone}) - make_interval(days => ${days}::int - 1)
    group by 1 order by 1 desc`;
}
