import { newId } from "@lyceum/domain";
import pg from "pg";
import type { DatabasePool } from "./pool.ts";
import { deleteExcessResponses, deleteExpiredResponses } from "./stored-responses.ts";

/** Partitions that stand ready beyond the present month. */
const MONTHS_AHEAD = 3;
/** Nightly work begins at three in the morning of the campus and is not begun after five. */
const NIGHT_FROM = "3 hours";
const NIGHT_LASTS = "2 hours";
/** The lock by which one verification runs at a time; record_verification() takes it too. */
const VERIFICATION_LOCK = 7023562;

/** Makes the partitions that usage records of the next months will need. Doing it again changes nothing. */
export async function makeUsageMonths(pool: DatabasePool): Promise<void> {
  await pool.query("select make_usage_months(now(), $1)", [MONTHS_AHEAD]);
}

/** Adds up the campus's hours that are over, for charts over everybody; whoever else does so just now is left alone. */
export async function closeCampusHours(url: string, signal: AbortSignal): Promise<void> {
  // The first time, on a system with years of usage, this takes a while.
  await inTransactionOf(url, signal, (client) => client.query("select close_campus_hours()"));
}

/**
 * Drops the usage records older than so many whole months, with an audit entry. Returns how many went. Gives up, for requests' sake, where
 * the table's lock is not to be had within a second, or while the books are being added up.
 */
export async function dropOldUsage(url: string, months: number, signal: AbortSignal): Promise<number> {
  return await inTransactionOf(url, signal, async (client) => {
    await client.query("set local lock_timeout = '1s'");
    const { rows: locks } = await client.query<{ free: boolean }>("select pg_try_advisory_xact_lock($1) as free", [
      VERIFICATION_LOCK,
    ]);
    if (locks[0]?.free !== true) return 0;
    const { rows } = await client.query<{ gone: string }>(
      "select drop_usage_before(now() - make_interval(months => $1::int)) as gone",
      [months],
    );
    const gone = Number(rows[0]?.gone ?? 0);
    if (gone === 0) return 0;
    const kept = await client.query<{ since: string }>(
      "select to_char(usage_kept_since() at time zone 'UTC', 'YYYY-MM') as since",
    );
    await client.query(
      `insert into audit_entry (id, actor_name, action, target_kind, target_id, detail)
        values ($1, 'system', 'usage.drop', 'usage', 'usage_record', $2)`,
      [newId(), JSON.stringify({ records: gone, keptSince: kept.rows[0]?.since ?? "", months })],
    );
    return gone;
  });
}

/** Deletes stored responses that have expired or are more than one account may keep. Returns how many went. */
export async function clearStoredResponses(url: string, signal: AbortSignal): Promise<number> {
  return await inTransactionOf(
    url,
    signal,
    async (client) => (await deleteExpiredResponses(client)) + (await deleteExcessResponses(client)),
  );
}

/** Forgets the acts of a month ago: no page waits that long for a reply. Returns how many. */
export async function forgetActs(pool: DatabasePool): Promise<number> {
  const { rowCount } = await pool.query("delete from act_once where created_at < now() - interval '1 month'");
  return rowCount ?? 0;
}

export type NightlyResult = {
  readonly differenceCount: number;
  readonly usageRecords: string;
  readonly durationMs: number;
};

/**
 * Adds up the books once a night, whoever of all the workers comes first; null where it isn't night in the zone, was done already, or is
 * being done.
 */
export async function verifyNightly(
  { pool, url }: { pool: DatabasePool; url: string },
  zone: string,
  signal: AbortSignal,
): Promise<NightlyResult | null> {
  const { rows } = await pool.query<{ since: Date }>(
    `select n.since from (select date_trunc('day', now(), $1) + $2::interval as since) n
      where now() >= n.since and now() < n.since + $3::interval
        and not exists (select from ledger_verification where created_at >= n.since)`,
    [zone, NIGHT_FROM, NIGHT_LASTS],
  );
  const since = rows[0]?.since;
  if (since === undefined) return null;
  return await inTransactionOf(url, signal, async (client) => {
    const done = await client.query<NightlyResult>(
      `select difference_count as "differenceCount", usage_records as "usageRecords", duration_ms as "durationMs"
        from record_verification(null, 'nightly', false, $1)`,
      [since],
    );
    return done.rows[0] ?? null;
  });
}

/**
 * A transaction on a connection of its own, for what takes longer than a request's statements may, and reads whole tables, which the request
 * path's connections are told to avoid. `signal` cuts it, so that a worker that stops waits for nothing.
 */
export async function inTransactionOf<Result>(
  url: string,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const client = new pg.Client({ connectionString: url, options: "-c jit=off", connectionTimeoutMillis: 15_000 });
  client.on("error", () => undefined); // a cut connection also rejects its query
  const cut = () => void client.end();
  try {
    await client.connect();
    signal.addEventListener("abort", cut);
    signal.throwIfAborted();
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } finally {
    signal.removeEventListener("abort", cut);
    await client.end();
  }
}
