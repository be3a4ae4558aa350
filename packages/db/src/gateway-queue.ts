import type pg from "pg";

/** A request that wants a slot of one of these channels, best first; `waits`: or a place in line where none is free. */
export type QueueArrival = {
  readonly id: string;
  readonly user: string;
  /** Of the user's group. */
  readonly weight: number;
  readonly channels: readonly string[];
  readonly waits: boolean;
};

/** What queue_step() says of a ticket; see the migration. */
export type QueueAnswer = {
  readonly id: string;
  readonly outcome: "granted" | "waiting" | "none" | "full" | "user-full";
  readonly channelId: string | null;
};

/** What one step tells and asks; see queue_step() in the migration. */
export type QueueStep = {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly channels: readonly string[];
  readonly gone: readonly string[];
  readonly arrivals: readonly QueueArrival[];
  readonly mostWaiting: number;
  readonly mostPerUser: number;
  readonly isSync: boolean;
};

/** Where a waiting ticket stands; `waitMs` null: nobody knows yet. */
export type PlaceInLine = { readonly id: string; readonly place: number; readonly waitMs: number | null };

type Queryable = Pick<pg.Pool, "query">;

/** Runs queue_step(). */
export async function runQueueStep(pool: Queryable, step: QueueStep): Promise<QueueAnswer[]> {
  const { rows } = await pool.query<QueueAnswer>({
    name: "queue-step",
    text: `select ticket_id as id, outcome, channel_id as "channelId" from queue_step($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      step.workerId,
      step.leaseMs,
      `{${step.channels.join(",")}}`,
      `{${step.gone.join(",")}}`,
      step.arrivals.length === 0 ? null : JSON.stringify(step.arrivals),
      step.mostWaiting,
      step.mostPerUser,
      step.isSync,
    ],
  });
  return rows;
}

/** Where the waiting tickets of a worker stand. */
export async function readPlacesInLine(pool: Queryable, workerId: string): Promise<PlaceInLine[]> {
  const { rows } = await pool.query<PlaceInLine>({
    name: "queue-line",
    text: `select ticket_id as id, place, wait_ms as "waitMs" from queue_line($1)`,
    values: [workerId],
  });
  return rows;
}
