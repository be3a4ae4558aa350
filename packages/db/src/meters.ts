import type { Limits } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { getSettings } from "./settings.ts";

/** The limits of one key, of a person over all keys, or of a person as member of a group, and what counts against them now. */
export type MeterRow = Limits & {
  readonly scope: "key" | "user" | "member";
  /** Id of the key, the account or the group. */
  readonly holderId: string;
  /** Name of the key or the group; empty for the person's own. */
  readonly holderName: string;
  /** In the last minute, as admission counts them: by the second, so that the last 60 s are always in. */
  readonly usedRequests: number;
  /** Estimates of requests that run, true figures of those that have ended. */
  readonly usedTokens: number;
  readonly runningRequests: number;
  /** Charged and set aside in the present period of the cap; 0 where there is none. */
  readonly spentNanos: bigint;
  readonly reservedNanos: bigint;
  /** When the cap begins anew; null: never, or there is no cap. */
  readonly beginsAnewAt: Date | null;
};

/**
 * What counts against each limit of an account: its user's first, then those of groups by name, then those of keys, newest first. Holders
 * without a limit are left out. A meter that a limit's change or the end of a period has made stale is looked past: the next request will
 * count anew, and this says what it will find.
 */
export async function readMeters(db: Db | Tx, accountId: string): Promise<MeterRow[]> {
  const { timeZone } = await getSettings(db);
  return db.$queryRaw<MeterRow[]>`with holder as (
      select 1 as place, 'user' as scope, a.id as meter_id, a.id::text as holder_id, '' as holder_name, null::uuid as key_id, null::text as group_id,
        null::timestamptz as made, a.rpm_limit, a.tpm_limit, a.parallel_limit, a.cap_nanos, a.cap_period, a.limits_version
        from account a where a.id = ${accountId}::uuid
      union all select 2, 'member', member_meter_id(a.id, g.id), g.id, g.name, null, g.id,
        null, g.rpm_limit, g.tpm_limit, g.parallel_limit, g.cap_nanos, g.cap_period, g.limits_version
        from account a join usable_groups(a.user_id) x on true join access_group g on g.id = x.group_id
        where a.id = ${accountId}::uuid
      union all select 3, 'key', k.id, k.id::text, k.name, k.id, null,
        k.created_at, k.rpm_limit, k.tpm_limit, k.parallel_limit, k.cap_nanos, k.cap_period, k.limits_version
        from virtual_key k where k.account_id = ${accountId}::uuid and k.status <> 'deleted')
    select h.scope, h.holder_id as "holderId", h.holder_name as "holderName",
      h.rpm_limit as "rpmLimit", h.tpm_limit::float8 as "tpmLimit", h.parallel_limit as "parallelLimit", h.cap_nanos as "capNanos", h.cap_period::text as "capPeriod",
      coalesce((t.turned).request_sum, 0) as "usedRequests", coalesce((t.turned).token_sum, 0)::float8 as "usedTokens",
      r.running as "runningRequests",
      case when h.cap_nanos is null then 0 when f.is_fresh then m.spent_nanos
        else spent_since(${accountId}::uuid, h.key_id, h.group_id, p.starts) end::bigint as "spentNanos",
      case when h.cap_nanos is null then 0 else r.held end::bigint as "reservedNanos",
      case when h.cap_nanos is not null then p.ends end as "beginsAnewAt"
    from holder h
      left join meter m on m.id = h.meter_id
      cross join lateral (select coalesce(not is_meter_stale(m, h.limits_version, now()), false) as is_fresh) f
      cross join lateral (select case when m.id is not null then turn_meter(m, floor(extract(epoch from now()))::bigint) end as turned) t
      cross join lateral cap_period_bounds(h.cap_period, now(), ${timeZone}) p
      cross join lateral (select count(*)::int as running, coalesce(sum(v.amount_nanos) filter (where v.admitted_at >= p.starts), 0) as held
        from reservation v where v.account_id = ${accountId}::uuid
          and (h.key_id is null or v.key_id = h.key_id) and (h.group_id is null or v.group_id = h.group_id)) r
    where num_nonnulls(h.rpm_limit, h.tpm_limit, h.parallel_limit, h.cap_nanos) > 0
    order by h.place, h.made desc, h.holder_name, h.holder_id`;
}
