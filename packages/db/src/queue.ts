import type { Db, Tx } from "./client.ts";

/** What goes on at a channel that takes only so many requests at a time. */
export type ChannelQueueState = {
  readonly channelId: string;
  /** Null: the limit was taken away, and what runs is left of it. */
  readonly limit: number | null;
  readonly running: number;
  /** A request that could go to several channels waits at each of them. */
  readonly waiting: number;
  /** People who wait. */
  readonly people: number;
  /** How long the first in time has waited; null: nobody waits. */
  readonly longestMs: number | null;
  /** How long a request holds its slot, on a moving average of times in which others waited; null: nobody has waited yet. */
  readonly serviceMs: number | null;
};

/** Every channel with a limit, or with requests that came under one, as the database knows it now. What dead workers left behind doesn't count. */
export async function queueState(db: Db | Tx): Promise<ChannelQueueState[]> {
  return db.$queryRaw<ChannelQueueState[]>`
    with alive as (
      select t.* from queue_ticket t join queue_lease l on l.worker_id = t.worker_id and l.until > clock_timestamp()
    ), running as (
      select channel_id, count(*)::integer as number from alive where channel_id is not null group by channel_id
    ), waiting as (
      select p.channel_id, count(*)::integer as number, count(distinct p.user_id)::integer as people,
        greatest(0, extract(epoch from clock_timestamp() - min(t.enqueued_at)) * 1000)::float8 as longest
      from queue_place p join alive t on t.id = p.ticket_id group by p.channel_id
    )
    select c.id as "channelId", c.parallel_limit as "limit", coalesce(running.number, 0) as running, coalesce(waiting.number, 0) as waiting,
      coalesce(waiting.people, 0) as people, waiting.longest as "longestMs", nullif(q.service_ms, 0) as "serviceMs"
    from channel c left join running on running.channel_id = c.id left join waiting on waiting.channel_id = c.id
      left join channel_queue q on q.channel_id = c.id
    where c.deleted_at is null and (c.parallel_limit is not null or running.number > 0 or waiting.number > 0)
    order by c.name`;
}
