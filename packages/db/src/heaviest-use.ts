import type { Db, Tx } from "./client.ts";

/** Requests of one key to one model in one go: no pause among them was longer than a few minutes. */
export type HeaviestUse = {
  /** Null: asked by the console in the person's name. */
  readonly keyId: string | null;
  readonly keyName: string | null;
  /** It can be given a cap: not deleted. */
  readonly isKeyThere: boolean;
  readonly model: string;
  readonly requests: number;
  readonly chargeNanos: bigint;
  /** Of all that the account was charged in these days. */
  readonly percent: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
};

/** Days that are looked back at. */
export const HEAVIEST_USE_DAYS = 7;
const PAUSE_MINUTES = 10;
/** Of the hours that cost most, so many of the newest requests are looked at one by one. */
const MOST_RECORDS = 20_000;

/**
 * What used the money up: the dearest go of the last days. The hourly sums say where to look (the run of hours in which one key asked one model most),
 * and only its requests are read one by one, by the account's own index. Null where nothing was charged.
 */
export async function findHeaviestUse(db: Db | Tx, accountId: string): Promise<HeaviestUse | null> {
  const [found] = await db.$queryRaw<HeaviestUse[]>`with hours as (
      select key_id, model, hour, sum(charge_nanos) as charge,
          hour - interval '1 hour' * row_number() over (partition by key_id, model order by hour) as run
        from usage_rollup where account_id = ${accountId}::uuid and hour > now() - make_interval(days => ${HEAVIEST_USE_DAYS}::int)
        group by key_id, model, hour),
    total as (select sum(charge) as charge from hours),
    dearest as (
      select key_id, model, min(hour) as first_hour, max(hour) as last_hour from hours
        group by key_id, model, run having sum(charge) > 0 order by sum(charge) desc, min(hour) desc limit 1),
    requests as (
      select r.id, r.admitted_at, r.charge_nanos from usage_record r, dearest d
        where r.account_id = ${accountId}::uuid and r.id >= id_floor(d.first_hour - interval '1 hour')
          and r.id < id_floor(d.last_hour + interval '1 hour') and r.model = d.model
          and r.key_id is not distinct from nullif(d.key_id, '00000000-0000-0000-0000-000000000000')
        order by r.id desc limit ${MOST_RECORDS}),
    paused as (
      select *, coalesce((admitted_at - lag(admitted_at) over (order by id) > make_interval(mins => ${PAUSE_MINUTES}::int))::int, 0) as is_new
        from requests),
    goes as (select *, sum(is_new) over (order by id) as go from paused)
    select k.id as "keyId", k.name as "keyName", coalesce(k.status <> 'deleted', false) as "isKeyThere", d.model, count(*)::int as requests,
        sum(g.charge_nanos)::bigint as "chargeNanos", least(100, round(100 * sum(g.charge_nanos) / t.charge))::int as percent,
        min(g.admitted_at) as "firstAt", max(g.admitted_at) as "lastAt"
      from goes g, total t, dearest d left join virtual_key k on k.id = d.key_id
      group by g.go, k.id, d.model, t.charge having sum(g.charge_nanos) > 0 order by sum(g.charge_nanos) desc limit 1`;
  return found ?? null;
}
