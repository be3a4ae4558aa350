import type pg from "pg";
import { inTransactionOf } from "./housekeeping.ts";
import type { DatabasePool } from "./pool.ts";

type Round = {
  readonly name: string;
  readonly every: string;
  tell(client: pg.Client, since: Date, zone: string): Promise<number>;
};

/** What is told by itself, and how often one of all workers looks. The functions stand in the migration "announcements". */
const rounds: readonly Round[] = [
  {
    name: "notices-money",
    every: "50 seconds",
    tell: async (client, since) =>
      (await told(client, "tell_balance_used($1)", since)) + (await told(client, "tell_caps_used($1)", since)),
  },
  {
    name: "notices-announced",
    every: "50 seconds",
    tell: async (client) => (await told(client, "tell_announcements()")) + (await told(client, "tell_models_lost()")),
  },
  {
    name: "notices-ending",
    every: "1 hour",
    tell: async (client, _since, zone) =>
      (await told(client, "tell_keys_ending()")) + (await told(client, "tell_models_retiring($1)", zone)),
  },
];

/** Whoever was idle for longer has nobody to tell: nobody was charged. */
const LONGEST_BACK = "1 day";

/**
 * Tells people what money, caps, keys, models and announcements come to, each thing once. Of all workers one has the turn; the others find that in one
 * small statement each. Returns how many notices were written.
 */
export async function tellInRounds(
  { pool, url }: { pool: DatabasePool; url: string },
  zone: string,
  signal: AbortSignal,
): Promise<number> {
  let sum = 0;
  for (const { name, every, tell } of rounds) {
    const { rows } = await pool.query<{ due: boolean }>(
      "select not exists (select from round_turn where name = $1 and at > clock_timestamp() - $2::interval) as due",
      [name, every],
    );
    if (rows[0]?.due !== true) continue;
    sum += await inTransactionOf(url, signal, async (client) => {
      const turn = await client.query<{ since: Date }>(
        "select greatest(t.at, now() - $3::interval) as since from take_turn($1, $2::interval) as t (at) where t.at is not null",
        [name, every, LONGEST_BACK],
      );
      const since = turn.rows[0]?.since;
      return since === undefined ? 0 : tell(client, since, zone);
    });
  }
  return sum;
}

async function told(client: pg.Client, call: string, ...values: unknown[]): Promise<number> {
  const { rows } = await client.query<{ told: number }>(`select ${call} as told`, values);
  return rows[0]?.told ?? 0;
}
