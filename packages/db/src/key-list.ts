import { AppError, type ErrorParameters, type Limits } from "@lyceum/domain";
import type { Db, Tx } from "./client.ts";
import { getSettings } from "./settings.ts";

export type KeyRow = Limits & {
  readonly id: string;
  readonly name: string;
  /** What may be shown: "sk-ly-AbCd" and the last four characters. */
  readonly prefix: string;
  readonly lastFour: string;
  readonly groupId: string;
  readonly groupName: string;
  /** Its person may not use the group now: the course that opened it has ended, or the membership. */
  readonly isGroupClosed: boolean;
  /** Empty: every model of the group. */
  readonly models: string[];
  readonly status: "active" | "disabled";
  readonly expiresAt: Date | null;
  readonly isExpired: boolean;
  /** From where it may be used; empty: from anywhere. */
  readonly networks: string[];
  /** Until when the key it was rolled from is taken too; null: not any more. */
  readonly formerEndsAt: Date | null;
  readonly isLeaked: boolean;
  /** Spent and reserved in the cap's present period; without a cap, since the key was made. */
  readonly spentNanos: bigint;
  readonly reservedNanos: bigint;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedClient: string | null;
  readonly createdAt: Date;
};

/** The keys of a person that are not deleted, newest first. */
export async function listKeys(db: Db | Tx, userId: string): Promise<KeyRow[]> {
  const { timeZone } = await getSettings(db);
  // The meter counts only where there is a cap, and only from the first request on: the sums of the rollup are always there.
  // All keys' sums in one reading of the account's rollup: key by key it would be read as often as there are keys.
  return db.$queryRaw<KeyRow[]>`with own as materialized (
      select k.*, p.starts, date_trunc('hour', p.starts, 'UTC') = p.starts as is_whole from virtual_key k
        cross join lateral (select starts from cap_period_bounds(case when k.cap_nanos is null then 'total' else k.cap_period end, now(), ${timeZone})) p
        where k.user_id = ${userId}::uuid and k.status <> 'deleted'),
    hours as materialized (
      select r.key_id, r.hour, sum(r.charge_nanos) as nanos from usage_rollup r
        where r.account_id in (select account_id from own) and r.hour >= (select min(starts) from own) group by 1, 2),
    spent as (select k.id, sum(h.nanos)::bigint as nanos from own k join hours h on h.key_id = k.id and h.hour >= k.starts group by 1)
    select k.id, k.name, k.prefix, k.last_four as "lastFour", k.group_id as "groupId", g.name as "groupName",
      k.group_id not in (select group_id from usable_groups(k.user_id)) as "isGroupClosed",
      k.models, k.status::text as status, k.expires_at as "expiresAt", coalesce(k.expires_at <= now(), false) as "isExpired",
      k.networks, case when k.former_ends_at > now() then k.former_ends_at end as "formerEndsAt", k.leaked_at is not null as "isLeaked",
      k.rpm_limit as "rpmLimit", k.tpm_limit::float8 as "tpmLimit", k.parallel_limit as "parallelLimit", k.cap_nanos as "capNanos", k.cap_period::text as "capPeriod",
      case when k.is_whole then coalesce(s.nanos, 0) else spent_since(k.account_id, k.id, null, k.starts) end as "spentNanos",
      coalesce((select sum(v.amount_nanos) from reservation v where v.key_id = k.id and v.admitted_at >= k.starts), 0)::bigint as "reservedNanos",
      k.last_used_at as "lastUsedAt", k.last_used_ip as "lastUsedIp", k.last_used_client as "lastUsedClient", k.created_at as "createdAt"
    from own k join access_group g on g.id = k.group_id left join spent s on s.id = k.id
    order by k.created_at desc, k.id desc`;
}

/** Names of all keys a person ever had, deleted ones too: for charts and receipts. */
export async function listKeyNames(
  db: Db | Tx,
  userId: string,
): Promise<{ id: string; name: string; isDeleted: boolean }[]> {
  const rows = await db.virtualKey.findMany({
    where: { userId },
    select: { id: true, name: true, status: true },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(({ id, name, status }) => ({ id, name, isDeleted: status === "deleted" }));
}

/** A person's key by its name, or by its id. Throws `invalid_request` where there is none, or where several have the name. */
export async function getKeyByName(
  db: Db | Tx,
  userId: string,
  nameOrId: string,
): Promise<{ id: string; name: string }> {
  const keys = await db.virtualKey.findMany({
    where: { userId, status: { not: "deleted" } },
    select: { id: true, name: true },
  });
  const named = keys.filter((key) => key.name === nameOrId);
  const found = keys.find((key) => key.id === nameOrId) ?? (named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  const several = named.length > 1;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: several
        ? `有 ${named.length} 把密钥都叫 ${nameOrId}，请写标识。`
        : `这位用户没有叫 ${nameOrId} 的密钥。`,
      reason_en: several
        ? `${named.length} keys are called ${nameOrId}; give an id.`
        : `this user has no key called ${nameOrId}.`,
    },
  });
}

export type FoundRefusal = {
  readonly code: string;
  readonly parameters: ErrorParameters;
  readonly method: string;
  readonly path: string;
  readonly refusedAt: Date;
};

/** What was last refused to a person's key while it was new; null: nothing, or the key is somebody else's. */
export async function findKeyRefusal(db: Db | Tx, userId: string, keyId: string): Promise<FoundRefusal | null> {
  const row = await db.keyRefusal.findFirst({
    where: { keyId, key: { userId } },
    select: { code: true, parameters: true, method: true, path: true, refusedAt: true },
  });
  return row === null ? null : { ...row, parameters: parametersOf(row.parameters) };
}

function parametersOf(json: unknown): ErrorParameters {
  const isParameter = (entry: [string, unknown]): entry is [string, string | number] =>
    typeof entry[1] === "string" || typeof entry[1] === "number";
  return Object.fromEntries(Object.entries(json ?? {}).filter(isParameter));
}
