import type pg from "pg";
import type { CourseOpening } from "./gateway-keys.ts";

/** What the gateway needs to know of a signed-in person who asks as a member of a group. */
export type GatewayPerson = {
  readonly userId: string;
  readonly accountId: string;
  readonly sessionVersion: number;
  /** Whether the person is entered in the group; in an open group everybody is a member without that. */
  readonly isGroupMember: boolean;
  /** The courses that open the group to the person, now or later, and the one that did so last. */
  readonly courses: readonly CourseOpening[];
  readonly isUserDisabled: boolean;
  readonly acceptsUnpriced: boolean;
  /** Which version of the terms was accepted last; null: none. */
  readonly termsVersion: number | null;
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
        course_openings(u.id, $2) as courses,
        u.disabled_at is not null as "isUserDisabled", u.accepts_unpriced as "acceptsUnpriced",
        u.terms_version as "termsVersion"
      from app_user u join account a on a.user_id = u.id where u.id = $1`,
    values: [userId, groupId],
  });
  return rows[0] ?? null;
}
