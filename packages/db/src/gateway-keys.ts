import type pg from "pg";

/** What the gateway needs to know of a virtual key. `version` is what admission compares. */
export type GatewayKey = {
  readonly id: string;
  readonly userId: string;
  readonly accountId: string;
  readonly groupId: string;
  /** Public model names; empty: every model of the group. */
  readonly models: readonly string[];
  readonly version: number;
  readonly isDisabled: boolean;
  readonly expiresAt: Date | null;
  /** Whether its person is entered in the key's group; in an open group everybody is a member without that. */
  readonly isGroupMember: boolean;
  readonly isUserDisabled: boolean;
  readonly acceptsUnpriced: boolean;
};

/** The key with this SHA-256, or null if there is none or it was deleted. */
export async function findGatewayKey(db: Pick<pg.Pool, "query">, hash: Buffer): Promise<GatewayKey | null> {
  const { rows } = await db.query<GatewayKey>({
    name: "find-gateway-key",
    text: `select k.id, k.user_id as "userId", k.account_id as "accountId", k.group_id as "groupId", k.models, k.version,
        k.status = 'disabled' as "isDisabled", k.expires_at as "expiresAt",
        exists (select from group_member m where m.user_id = k.user_id and m.group_id = k.group_id) as "isGroupMember",
        u.disabled_at is not null as "isUserDisabled", u.accepts_unpriced as "acceptsUnpriced"
      from virtual_key k join app_user u on u.id = k.user_id
      where k.hash = $1 and k.status <> 'deleted'`,
    values: [hash],
  });
  return rows[0] ?? null;
}
