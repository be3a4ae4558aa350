import type pg from "pg";

/** How a course stands to a group and a person: course_openings() in the database. Whether it is open goes by the clock (openingsOf in the gateway). */
export type CourseOpening = {
  readonly name: string;
  /** Public names; empty: all models of the group. */
  readonly models: readonly string[];
  /** False: the person has left the course. */
  readonly isMember: boolean;
  readonly startsAtMs: number | null;
  readonly endsAtMs: number;
};

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
  /** Somebody has shown it to us. */
  readonly isLeaked: boolean;
  /** From where it may be used, in CIDR notation; empty: from anywhere. */
  readonly networks: readonly string[];
  readonly expiresAt: Date | null;
  /** Whether its person is entered in the key's group; in an open group everybody is a member without that. */
  readonly isGroupMember: boolean;
  /** The courses that open the key's group to its person, now or later, and the one that did so last. */
  readonly courses: readonly CourseOpening[];
  readonly isUserDisabled: boolean;
  readonly acceptsUnpriced: boolean;
  /** Which version of the terms its person accepted last; null: none. */
  readonly termsVersion: number | null;
};

/** The key with this SHA-256, now or before it was rolled, or null if there is none or it was deleted. */
export async function findGatewayKey(db: Pick<pg.Pool, "query">, hash: Buffer): Promise<GatewayKey | null> {
  const { rows } = await db.query<GatewayKey>({
    name: "find-gateway-key",
    text: `select k.id, k.user_id as "userId", k.account_id as "accountId", k.group_id as "groupId", k.models, k.version,
        k.status = 'disabled' as "isDisabled", case when k.hash = $1 then k.expires_at else least(k.expires_at, k.former_ends_at) end as "expiresAt",
        k.leaked_at is not null as "isLeaked", k.networks,
        exists (select from group_member m where m.user_id = k.user_id and m.group_id = k.group_id) as "isGroupMember",
        course_openings(k.user_id, k.group_id) as courses,
        u.disabled_at is not null as "isUserDisabled", u.accepts_unpriced as "acceptsUnpriced",
        u.terms_version as "termsVersion"
      from virtual_key k join app_user u on u.id = k.user_id
      where (k.hash = $1 or k.former_hash = $1) and k.status <> 'deleted'`,
    values: [hash],
  });
  return rows[0] ?? null;
}
