import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { type MemberRow, readMembers } from "./course-member-changes.ts";
import { requireCourseRole } from "./course-roles.ts";
import type { RosterInput } from "./roster-apply.ts";
import { countChanges, differences, type RosterCounts, readRows } from "./roster-differences.ts";

/** Everybody whom a roster could mean: members of any role, those who left too. Throws `not_found`. */
export async function listRosterMembers(db: Db | Tx, actor: Actor, courseId: string): Promise<MemberRow[]> {
  const course = await requireCourseRole(db, actor, courseId, "roster");
  return readMembers(db, course.id);
}

/**
 * What `applyRoster` would count of these rows among the members as they were read: goes into its `expected`. Throws `invalid_request` naming the
 * row that is wrong.
 */
export function countRoster(
  members: readonly MemberRow[],
  input: Pick<RosterInput, "rows" | "keepMissing" | "heldIds">,
): RosterCounts {
  const stays = new Set(input.keepMissing ? members.map((member) => member.id) : input.heldIds);
  return countChanges(differences(members, readRows(input.rows), stays));
}
