import { AppError, type Limits } from "@lyceum/domain";
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
  /** Empty: every model of the group. */
  readonly models: string[];
  readonly status: "active" | "disabled";
  readonly expiresAt: Date | null;
  readonly isExpired: boolean;
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
  return db.$queryRaw<
    KeyRow[]
  >`select k.id, k.name, k.prefix, k.last_four as "lastFour", k.group_id as "groupId", g.name as "groupName",
      k.models, k.status::text as status, k.expires_at as "expiresAt", coalesce(k.expires_at <= now(), false) as "isExpired",
      k.rpm_limit as "rpmLimit", k.tpm_limit::float8 as "tpmLimit", k.parallel_limit as "parallelLimit", k.cap_nanos as "capNanos", k.cap_period::text as "capPeriod",
      spent_since(k.account_id, k.id, null, p.starts) as "spentNanos",
      coalesce((select sum(v.amount_nanos) from reservation v where v.key_id = k.id and v.admitted_at >= p.starts), 0)::bigint as "reservedNanos",
      k.last_used_at as "lastUsedAt", k.last_used_ip as "lastUsedIp", k.last_used_client as "lastUsedClient", k.created_at as "createdAt"
    from virtual_key k join access_group g on g.id = k.group_id
      cross join lateral (select starts from cap_period_bounds(case when k.cap_nanos is null then 'total' else k.cap_period end, now(), ${timeZone})) p
    where k.user_id = ${userId}::uuid and k.status <> 'deleted' order by k.created_at desc, k.id desc`;
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
