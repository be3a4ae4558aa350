import { newId } from "@lyceum/domain";
import type pg from "pg";
import { type QueueAnswer, type QueueArrival, runQueueStep } from "../gateway-queue.ts";
import { createPatientPool } from "./patient-clients.ts";
import { createTestDatabase } from "./test-database.ts";

/** Longer than any test takes: `endLease` ends one. */
const LEASE_MS = 3_600_000;

/** A database with channels that have limits, and workers that step by hand. */
export async function createQueueScene() {
  const database = await createTestDatabase();
  const pool = createPatientPool(database.url, 8);
  const query = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await pool.query<Row>(text, values)).rows;
  // Whoever breaks a limit, in whatever interleaving, fails at the commit, while it still holds the channel's lock.
  await query(`create function no_more_than_the_limit() returns trigger language plpgsql as $$ begin
      if new.channel_id is not null and queue_room(new.channel_id) < 0 then raise 'more than the limit of %', new.channel_id; end if;
      return null;
    end $$`);
  await query(`create constraint trigger no_more_than_the_limit after insert or update of channel_id on queue_ticket
    deferrable initially deferred for each row execute function no_more_than_the_limit()`);

  return {
    pool,
    query,
    async channel(limit: number | null): Promise<string> {
      const id = newId();
      await query(
        "insert into channel (id, name, protocol, base_url, parallel_limit) values ($1::uuid, $1::text, 'openai', 'http://x', $2)",
        [id, limit],
      );
      return id;
    },
    setLimit: (channel: string, limit: number | null) =>
      query("update channel set parallel_limit = $2 where id = $1", [channel, limit]),
    step(
      worker: string,
      step: {
        channels: readonly string[];
        gone?: readonly string[];
        arrivals?: readonly QueueArrival[];
        mostWaiting?: number;
        mostPerUser?: number;
        isSync?: boolean;
      },
    ): Promise<QueueAnswer[]> {
      const { channels, gone = [], arrivals = [], mostWaiting = 10_000, mostPerUser = 10_000, isSync = false } = step;
      const bounds = { mostWaiting, mostPerUser };
      return runQueueStep(pool, { workerId: worker, leaseMs: LEASE_MS, channels, gone, arrivals, isSync, ...bounds });
    },
    /** The worker has not been heard of for too long. */
    endLease: (worker: string) =>
      query("update queue_lease set until = clock_timestamp() - interval '1 second' where worker_id = $1", [worker]),
    tickets: () =>
      query<{ id: string; channel_id: string | null; worker_id: string; user_id: string }>(
        "select id, channel_id, worker_id, user_id from queue_ticket order by granted_at, seq",
      ),
    async close(): Promise<void> {
      await pool.end();
      await database.drop();
    },
  };
}

export type QueueScene = Awaited<ReturnType<typeof createQueueScene>>;
