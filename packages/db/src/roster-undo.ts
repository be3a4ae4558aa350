import { AppError, formatAmount } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import {
  type MemberChange,
  type MemberFacts,
  type MemberRow,
  readMembers,
  writeMembers,
} from "./course-member-changes.ts";
import { courseRefusal, lockCourse } from "./course-roles.ts";

export type RosterUndone = {
  readonly undone: number;
  /** Changed by somebody since: left as they are. */
  readonly kept: number;
  /** Freed in the pool: what had waited for people who are out again. */
  readonly releasedNanos: bigint;
};

/**
 * Takes back what the last import of a course did, within 24 hours of it; then the one before can be taken back. Money that was granted stays where
 * it is. Throws `not_found`, and `invalid_request` where it is too late, was done, or isn't the last.
 */
export async function undoRoster(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; importId: string },
): Promise<RosterUndone> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  const imports = await tx.$queryRaw<
    { id: string; isUndone: boolean; isLate: boolean }[]
  >`select id, undone_at is not null as "isUndone", at < clock_timestamp() - interval '24 hours' as "isLate"
    from roster_import where course_id = ${course.id}::uuid order by at desc, id desc`;
  const wanted = imports.find((each) => each.id === input.importId);
  if (wanted === undefined) throw new AppError("not_found");
  if (wanted.isUndone) throw courseRefusal("这次导入已经撤销。", "this import was undone already.");
  if (imports.find((each) => !each.isUndone)?.id !== wanted.id) {
    throw courseRefusal("请先撤销之后的导入。", "undo the later imports first.");
  }
  if (wanted.isLate) throw courseRefusal("导入超过 24 小时，不能撤销。", "an import can be undone for 24 hours.");

  const members = new Map((await readMembers(tx, course.id)).map((member) => [member.id, member]));
  const done = await tx.$queryRaw<
    { memberId: string; before: MemberFacts | null; after: MemberFacts }[]
  >`select member_id as "memberId", before, after from course_member_change where import_id = ${wanted.id}::uuid`;
  const changes = done.flatMap(({ memberId, before, after }): MemberChange[] => {
    const member = members.get(memberId);
    if (member === undefined || !isAs(member, after)) return [];
    const { name, email, section, state } = before ?? { ...after, state: "left" as const };
    const studentId = before?.studentId ?? member.studentId;
    return [{ kind: "undone", before: member, after: { ...member, studentId, name, email, section, state } }];
  });
  const releasedNanos = await writeMembers(tx, actor, course, changes);
  await tx.$executeRaw`update roster_import set undone_at = clock_timestamp(), undone_by = ${actor.id}::uuid where id = ${wanted.id}::uuid`;
  const kept = done.length - changes.length;
  await writeAudit(tx, actor, {
    action: "course.undo-roster",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: { import: wanted.id, undone: changes.length, kept, released: formatAmount(releasedNanos) },
  });
  return { undone: changes.length, kept, releasedNanos };
}

/** Whether a member is still what the import made of it; who proved the ID since does not matter. */
function isAs(member: MemberRow, after: MemberFacts): boolean {
  // A corrected ID that somebody has proven since stays theirs.
  if (after.studentId !== undefined && (after.studentId !== member.studentId || member.userId !== null)) return false;
  return (["name", "email", "section", "role", "state"] as const).every((fact) => member[fact] === after[fact]);
}
