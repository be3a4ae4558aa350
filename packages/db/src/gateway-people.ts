import type pg from "pg";

/** What the gateway needs to know of a signed-in person who asks as a member of a group. */
export type GatewayPerson = {
  readonly userId: string;
  readonly accountId: string;
  readonly sessionVersion: number;
  /** Whether the person is entered in the group; in an open group everybody is a member without that. */
  readonly isGroupMember: boolean;
  readonly isUserDisabled: boolean;
  readonly acceptsUnpriced: boolean;
};

/** The person, or null if there is none. */
export async function findGatewayPerson(
  db: Pick<pg.Pool, "query">,
  userId: string,
  groupId: string,
): Promise<GatewayPerson | null> {
  const { rows } = await db.query<GatewayPerson>({
    name: "find-gateway-person",
    text: `select u.id as "userId", a.id as "accountId", u.session_version as "sessionVersion",
        exists (select from group_member m where m.user_id = u.id and m.group_id = $2) as "isGroupMember",
        u.disabled_at is not null as "isUserDisabled", u.accepts_unpriced as "acceptsUnpriced"
      from app_user u join account a on a.user_id = u.id where u.id = $1`,
    values: [userId, groupId],
  });
  return rows[0] ?? null;
}
