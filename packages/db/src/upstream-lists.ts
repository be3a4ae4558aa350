import { newId } from "@lyceum/domain";
import type { DatabasePool } from "./pool.ts";

/**
 * Takes down what an upstream lists now. What is there at the first look is known; later, what is new, and what is gone although a deployment
 * needs it, waits for a decision, and the timeline says so. Works on a client in a transaction as on a pool: it is one call of the database.
 */
export async function recordUpstreamList(
  query: (text: string, values: readonly unknown[]) => Promise<readonly { added: number; gone: number }[]>,
  channelId: string,
  names: readonly string[],
): Promise<{ added: number; gone: number }> {
  const [row] = await query("select added, gone from record_upstream_list($1::uuid, $2::text[], $3::uuid)", [
    channelId,
    [...new Set(names)].filter(isName),
    newId(),
  ]);
  return row ?? { added: 0, gone: 0 };
}

/** An upstream may say anything; what could be no deployment's name is nothing to decide about, and not all of it is text to a database. */
function isName(name: string): boolean {
  return name.length >= 1 && name.length <= 256 && name.isWellFormed() && !/\p{Cc}/u.test(name);
}

/** Writes down that a look did not come off. */
export async function recordUpstreamListFailure(
  pool: Pick<DatabasePool, "query">,
  channelId: string,
  error: string,
): Promise<void> {
  await pool.query(
    `insert into upstream_list (channel_id, looked_at, error) values ($1, clock_timestamp(), $2)
      on conflict (channel_id) do update set looked_at = excluded.looked_at, error = excluded.error, looking_until = null`,
    [channelId, error.slice(0, 500)],
  );
}

/** A channel whose list nobody has looked at for so many hours, for this worker alone for two minutes; null: there is none. */
export async function claimUpstreamList(pool: Pick<DatabasePool, "query">, hours: number): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>("select claim_upstream_list($1) as id", [hours]);
  return rows[0]?.id ?? null;
}
