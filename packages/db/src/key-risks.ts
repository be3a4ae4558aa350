import { newId } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";

/**
 * Why a key deserves a look. leaked: somebody has shown it to us. many-networks: used from so many networks (`count`) within a day. endless: it never
 * ends, and nothing caps what it may spend. idle: it works, and nobody has used it for so many days (`count`).
 */
export type KeyRisk = {
  readonly keyId: string;
  readonly name: string;
  readonly kind: "leaked" | "many-networks" | "endless" | "idle";
  readonly count: number;
};

/** More networks than these within a day, a /24 or /48 each, are more than a laptop on its way home. */
const USUAL_NETWORKS = 4;
const IDLE_DAYS = 60;
const DAY_MS = 86_400_000;

/** What is risky about the keys of a person, the worst first; at most one risk for each key. */
export async function listKeyRisks(db: Db | Tx, userId: string): Promise<KeyRisk[]> {
  const since = newId(Date.now() - DAY_MS);
  return db.$queryRaw<KeyRisk[]>`
    with seen as (
      select r.key_id, count(distinct network(set_masklen(r.ip::inet, case family(r.ip::inet) when 4 then 24 else 48 end)))::int as networks
        from account a join usage_record r on r.account_id = a.id and r.id >= ${since}::uuid
        where a.user_id = ${userId}::uuid and r.key_id is not null and pg_input_is_valid(r.ip, 'inet') group by 1),
    risks as (
      select k.id, k.name, k.created_at,
        case when k.leaked_at is not null then 'leaked'
          when k.status <> 'active' or k.expires_at <= now() then null
          when s.networks > ${USUAL_NETWORKS}::int then 'many-networks'
          when coalesce(k.last_used_at, k.created_at) < now() - make_interval(days => ${IDLE_DAYS}::int) then 'idle'
          when k.expires_at is null and k.cap_nanos is null then 'endless' end as kind,
        coalesce(s.networks, 0) as networks,
        floor(extract(epoch from now() - coalesce(k.last_used_at, k.created_at)) / 86400)::int as days
      from virtual_key k left join seen s on s.key_id = k.id where k.user_id = ${userId}::uuid and k.status <> 'deleted')
    select id as "keyId", name, kind, case kind when 'many-networks' then networks when 'idle' then days else 0 end as count
      from risks where kind is not null
      order by array_position(array['leaked', 'many-networks', 'idle', 'endless'], kind), created_at desc`;
}
