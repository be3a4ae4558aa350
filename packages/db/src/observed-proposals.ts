import { type ConstraintChange, changeText, newId, subjectOf } from "@lyceum/domain";
import type pg from "pg";
import type { DatabasePool } from "./pool.ts";

/** What a refusal by a channel suggested, so many times since it was last written down. */
export type ObservedProposal = {
  readonly modelId: string;
  readonly channelId: string;
  readonly change: ConstraintChange;
  readonly count: number;
  /** Scrubbed, and without anything of a prompt. */
  readonly message: string;
};

/** Clients choose the names of unknown fields: no model collects more rows than an admin would read. */
const MOST_OPEN = 20;
const MOST_COUNTED = 1_000_000_000;

/**
 * Writes down suggestions; one that is there already counts up. Dismissed ones stay dismissed. One accepted a while ago is open again:
 * were it still among the model's constraints, the upstream would not have refused.
 */
export async function recordProposals(pool: DatabasePool, observed: readonly ObservedProposal[]): Promise<void> {
  const client = await pool.connect();
  let fault: Error | undefined;
  try {
    await client.query("begin");
    for (const proposal of observed) await recordProposal(client, proposal);
    await client.query("commit");
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection whose transaction failed is closed, not reused.
    client.release(fault);
  }
}

async function recordProposal(client: pg.PoolClient, proposal: ObservedProposal): Promise<void> {
  const { modelId, channelId, change, count, message } = proposal;
  await client.query({
    name: "record-proposal",
    text: `insert into constraint_proposal as p (id, model_id, channel_id, parameter, proposal, change, count, last_message)
        select $1, $2, $3, $4, $5, $6, $7, $8
          where exists (select from model where id = $2) and exists (select from channel where id = $3)
            and (exists (select from constraint_proposal where model_id = $2 and channel_id = $3 and parameter = $4 and proposal = $5)
              or (select count(*) from constraint_proposal where model_id = $2 and decision is null) < ${MOST_OPEN})
        on conflict (model_id, channel_id, parameter, proposal) do update set
          count = least(p.count::bigint + excluded.count, ${MOST_COUNTED}), last_message = excluded.last_message, last_seen_at = now(),
          decision = case when p.decision = 'accepted' and p.decided_at < now() - interval '1 minute' then null else p.decision end`,
    values: [
      newId(),
      modelId,
      channelId,
      subjectOf(change),
      changeText(change),
      JSON.stringify(change),
      count,
      message,
    ],
  });
}
