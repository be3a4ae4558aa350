import { inTransactionOf } from "./housekeeping.ts";
import type { DatabasePool } from "./pool.ts";

/** What was seen of one model on one channel since it was last written down; counts by the buckets of packages/domain/src/speed-histogram.ts. */
export type ObservedSpeed = {
  readonly modelId: string;
  readonly channelId: string;
  readonly requests: number;
  readonly failures: number;
  readonly ttft: readonly number[];
  readonly tpot: readonly number[];
  readonly e2e: readonly number[];
};

/** Adds observations to the rows of the running hour, by the database's clock; in one statement, in the order of the rows' keys. */
export async function recordSpeeds(pool: DatabasePool, observed: readonly ObservedSpeed[]): Promise<void> {
  const rows = observed.map(({ modelId, channelId, ...counts }) => ({
    model_id: modelId,
    channel_id: channelId,
    ...counts,
  }));
  await pool.query({
    name: "record-speeds",
    text: `insert into speed_rollup as t (model_id, channel_id, hour, requests, failures, ttft, tpot, e2e)
      select model_id, channel_id, date_trunc('hour', now(), 'UTC'), requests, failures, ttft, tpot, e2e
        from json_to_recordset($1) as o (model_id uuid, channel_id uuid, requests int, failures int, ttft int[], tpot int[], e2e int[])
        order by model_id, channel_id
      on conflict (model_id, channel_id, hour) do update set
        requests = t.requests + excluded.requests, failures = t.failures + excluded.failures,
        ttft = add_counts(t.ttft, excluded.ttft), tpot = add_counts(t.tpot, excluded.tpot), e2e = add_counts(t.e2e, excluded.e2e)`,
    values: [JSON.stringify(rows)],
  });
}

/** Hours of speeds are kept so long: a term and the one before it can be compared. */
const KEPT_DAYS = 90;
/** The running tests of a process that died end by themselves; their samples are kept as long as others. */
const RUNS_KEPT_DAYS = 400;

/** Adds up the days that are over, for whoever asks about more than one; whoever else does so just now is left alone. */
export async function closeSpeedDays(url: string, signal: AbortSignal): Promise<void> {
  await inTransactionOf(url, signal, (client) => client.query("select close_speed_days()"));
}

/** Drops speeds and speed tests whose time is over. Returns how many rows went. */
export async function dropOldSpeeds(pool: DatabasePool): Promise<number> {
  const hours = await pool.query(`delete from speed_rollup where hour < now() - interval '${KEPT_DAYS} days'`);
  const days = await pool.query(`delete from speed_day where day < now() - interval '${KEPT_DAYS} days'`);
  const runs = await pool.query(`delete from speed_run where started_at < now() - interval '${RUNS_KEPT_DAYS} days'`);
  return (hours.rowCount ?? 0) + (days.rowCount ?? 0) + (runs.rowCount ?? 0);
}
