import { type CourseRole, newId } from "@lyceum/domain";
import type { Actor } from "./audit.ts";
import type { Db, Tx } from "./client.ts";

export type MemberState = "active" | "left";

/** A member as it stands in the table. */
export type MemberRow = {
  readonly id: string;
  readonly studentId: string;
  readonly name: string;
  readonly email: string | null;
  readonly section: string | null;
  readonly role: CourseRole;
  readonly state: MemberState;
  /** Who has proven the ID. */
  readonly userId: string | null;
};

/** What the history keeps of a member: as member_facts() in the database. */
export type MemberFacts = {
  /** Only where it was corrected: as of then. */
  readonly studentId?: string;
  readonly name: string;
  readonly email: string | null;
  readonly section: string | null;
  readonly role: CourseRole;
  readonly state: MemberState;
  readonly proven: boolean;
};

export type MemberChange = {
  readonly kind: "joined" | "changed" | "left" | "back" | "role" | "undone";
  /** Null: the member is new. */
  readonly before: MemberRow | null;
  readonly after: MemberRow;
};

/** Every member a course ever had. The caller holds the course's lock if it goes by them. */
export async function readMembers(tx: Db | Tx, courseId: string): Promise<MemberRow[]> {
  return tx.$queryRaw`select id, student_id as "studentId", name, email, section, role::text as role, state, user_id as "userId"
    from course_member where course_id = ${courseId}::uuid`;
}

export function memberFacts({ name, email, section, role, state, userId }: MemberRow): MemberFacts {
  return { name, email, section, role, state, proven: userId !== null };
}

function factsOf(member: MemberRow, other: MemberRow | null): MemberFacts {
  const isSame = other === null || other.studentId === member.studentId;
  return isSame ? memberFacts(member) : { ...memberFacts(member), studentId: member.studentId };
}

/**
 * Writes members and their history, in three statements however many they are. What waits for those who left is released: returns how much. The caller
 * holds the course's lock.
 */
export async function writeMembers(
  tx: Tx,
  actor: Actor,
  course: { id: string; poolId: string },
  changes: readonly MemberChange[],
  importId: string | null = null,
): Promise<bigint> {
  if (changes.length === 0) return 0n;
  const rows = changes.map((change) => change.after);
  await tx.$executeRaw`insert into course_member (id, course_id, student_id, name, email, section, role, state, left_at, user_id)
    select o.id, ${course.id}::uuid, o.student_id, o.name, o.email, o.section, o.role::course_role, o.state,
      case when o.state = 'left' then clock_timestamp() end, o.user_id
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.studentId)}::text[], ${rows.map((row) => row.name)}::text[],
      ${rows.map((row) => row.email)}::text[], ${rows.map((row) => row.section)}::text[], ${rows.map((row) => row.role)}::text[],
      ${rows.map((row) => row.state)}::text[], ${rows.map((row) => row.userId)}::uuid[])
      as o (id, student_id, name, email, section, role, state, user_id)
    on conflict (id) do update set student_id = excluded.student_id, name = excluded.name, email = excluded.email, section = excluded.section, role = excluded.role,
      state = excluded.state, user_id = excluded.user_id, left_at = case when excluded.state = 'left' then coalesce(course_member.left_at, excluded.left_at) end,
      joined_at = case when course_member.state = 'left' and excluded.state = 'active' then clock_timestamp() else course_member.joined_at end`;
  const history = changes.map(({ kind, before, after }) => ({
    id: newId(),
    kind,
    memberId: after.id,
    before: before === null ? null : JSON.stringify(factsOf(before, after)),
    after: JSON.stringify(factsOf(after, before)),
  }));
  await tx.$executeRaw`insert into course_member_change (id, course_id, member_id, import_id, actor_id, kind, before, after)
    select o.id, ${course.id}::uuid, o.member_id, ${importId}::uuid, ${actor.id}::uuid, o.kind, o.before::jsonb, o.after::jsonb
    from unnest(${history.map((row) => row.id)}::uuid[], ${history.map((row) => row.memberId)}::uuid[], ${history.map((row) => row.kind)}::text[],
      ${history.map((row) => row.before)}::text[], ${history.map((row) => row.after)}::text[]) as o (id, member_id, kind, before, after)`;
  return releaseWaiting(
    tx,
    actor,
    course.poolId,
    rows.filter((row) => row.state === "left").map((row) => row.id),
  );
}

/** Frees what waits in a pool for members. The caller holds the course's lock. Returns how much. */
export async function releaseWaiting(
  tx: Tx,
  actor: Actor,
  poolId: string,
  memberIds: readonly string[],
): Promise<bigint> {
  if (memberIds.length === 0) return 0n;
  await tx.$queryRaw`select id from account where id = ${poolId}::uuid for no key update`;
  const [row] = await tx.$queryRaw<{ freed: bigint }[]>`select close_waiting(array(select id from waiting_grant
    where member_id = any(${memberIds}::uuid[]) and state = 'waiting'), 'released', ${actor.id}::uuid) as freed`;
  return row?.freed ?? 0n;
}
