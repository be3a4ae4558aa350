import { formatAmount, newId } from "@lyceum/domain";
import { type Actor, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { type MemberChange, readMembers, writeMembers } from "./course-member-changes.ts";
import { courseRefusal, lockCourse } from "./course-roles.ts";
import { countChanges, differences, type RosterCounts, type RosterRow, readRows } from "./roster-differences.ts";

export type { RosterCounts, RosterRow } from "./roster-differences.ts";

export type RosterInput = {
  readonly courseId: string;
  readonly rows: readonly RosterRow[];
  readonly fileName: string;
  /** Of the file, for the record. */
  readonly digest: string;
  /** The file is only a part of the course: nobody leaves. */
  readonly keepMissing?: boolean | undefined;
  /** Members who stay though no row names them: those whom a bad row seems to mean. */
  readonly heldIds?: readonly string[] | undefined;
  /** What the preview showed: the import is refused where the course has changed since. */
  readonly expected?: RosterCounts | undefined;
};

export type RosterApplied = RosterCounts & {
  /** Null: nothing was to be changed, and nothing was written. */
  readonly importId: string | null;
  /** Rows that the course had already, just so. */
  readonly known: number;
  /** Freed in the pool: what had waited for people who left. */
  readonly releasedNanos: bigint;
};

/**
 * Brings a course's students to a roster, in one transaction; staff stay as they are, money that was granted too. The difference is taken anew under
 * the course's lock, so the same rows again change nothing. Throws `not_found`, `invalid_request` naming the row that is wrong, or where the
 * course is not as the preview showed it.
 */
export async function applyRoster(tx: Tx, actor: Actor, input: RosterInput): Promise<RosterApplied> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  const rows = readRows(input.rows);
  const members = await readMembers(tx, course.id);
  const stays = new Set(input.keepMissing ? members.map((member) => member.id) : input.heldIds);
  const changes = differences(members, rows, stays);
  const counts = countChanges(changes);
  const { expected } = input;
  if (
    expected !== undefined &&
    (expected.added !== counts.added || expected.changed !== counts.changed || expected.gone !== counts.gone)
  ) {
    throw courseRefusal(
      "名单预览之后课程成员有变动，请重新预览。没有改动。",
      "the course has changed since the preview; look at it again. Nothing was changed.",
    );
  }
  const known = rows.length - counts.added - counts.changed;
  if (changes.length === 0) return { ...counts, known, importId: null, releasedNanos: 0n };
  const importId = newId();
  const { fileName, digest } = input;
  await tx.rosterImport.create({
    data: {
      ...{ id: importId, courseId: course.id, actorId: actor.id, actorName: actor.name, fileName, digest },
      ...{ ...counts, rows: rows.length },
    },
    select: { id: true },
  });
  const releasedNanos = await writeMembers(tx, actor, course, await withOwners(tx, changes), importId);
  await writeAudit(tx, actor, {
    action: "course.import-roster",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: { import: importId, file: fileName, digest, ...counts, known, released: formatAmount(releasedNanos) },
  });
  return { ...counts, known, importId, releasedNanos };
}

/**
 * Makes newcomers of those who have proven their ID. Their rows are locked until the commit: whoever proves an ID meanwhile waits, and then finds
 * the member.
 */
export async function withOwners(tx: Tx, changes: readonly MemberChange[]): Promise<MemberChange[]> {
  const ids = changes.filter((each) => each.after.userId === null).map((each) => each.after.studentId);
  const owners = await tx.$queryRaw<
    { id: string; studentId: string; isProven: boolean }[]
  >`select id, student_id as "studentId", verified_at is not null as "isProven" from app_user
    where student_id = any(${ids}::text[]) order by id for share`;
  const corrected = changes.find(
    ({ before, after }) =>
      before !== null &&
      before.studentId !== after.studentId &&
      owners.some((owner) => owner.isProven && owner.studentId === after.studentId),
  );
  if (corrected !== undefined) {
    // Whose it is has money and roles of his own already; what waits for the mistyped ID would have to be granted on the way.
    throw courseRefusal(
      `学号 ${corrected.after.studentId} 已由本人核实，请选“另一人”，再给他发放额度。`,
      `the student ID ${corrected.after.studentId} is proven already: say that they are two people, and fund that one.`,
    );
  }
  const proven = new Map(owners.filter((owner) => owner.isProven).map((owner) => [owner.studentId, owner.id]));
  return changes.map((change) => {
    const userId = change.after.userId ?? proven.get(change.after.studentId) ?? null;
    return { ...change, after: { ...change.after, userId } };
  });
}
