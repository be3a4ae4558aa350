import { createHash, randomInt } from "node:crypto";
import { AppError, formatAmount } from "@lyceum/domain";
import { type Actor, writeAudit, writeAudits } from "./audit.ts";
import type { Db, Tx } from "./client.ts";
import { courseRefusal, lockCourse, requireCourseRole } from "./course-roles.ts";

/** A membership that has become somebody's, and the money that had waited for it. */
export type Claimed = {
  readonly id: string;
  readonly courseId: string;
  readonly code: string;
  readonly grantedNanos: bigint;
};

/**
 * A person has proven the student ID: notes it, and makes the memberships of that ID, and what waited for them, the person's. Doing it again changes
 * nothing. The locks begin with courses: call it before anything else is locked. `by`: what proved it, where that isn't who acts.
 */
export async function proveStudentId(tx: Tx, actor: Actor, userId: string, by?: "campus sign-in"): Promise<Claimed[]> {
  return (await prove(tx, actor, userId, by)).members;
}

/** `isNew`: the ID was not proven before. Known under the locks, as nothing is that was read before. */
async function prove(
  tx: Tx,
  actor: Actor,
  userId: string,
  by?: "campus sign-in",
): Promise<{ isNew: boolean; members: Claimed[] }> {
  const user = await tx.user.findUnique({ where: { id: userId }, select: { studentId: true } });
  if (user === null) throw new AppError("not_found");
  const [row] = await tx.$queryRaw<
    { answer: { proven: boolean; members: (Omit<Claimed, "grantedNanos"> & { grantedNanos: string })[] } }[]
  >`select prove_student_id(${userId}::uuid, ${actor.id}::uuid) as answer`;
  if (row === undefined) throw new Error("prove_student_id gave no row");
  const members = row.answer.members.map((each) => ({ ...each, grantedNanos: BigInt(each.grantedNanos) }));
  const target = { targetKind: "user", targetId: userId, targetName: user.studentId };
  await writeAudits(tx, actor, [
    ...(row.answer.proven ? [{ action: "user.verify", ...target, ...(by && { detail: { by } }) }] : []),
    ...members.map(({ id, code, grantedNanos }) => ({
      action: "course.claim",
      ...target,
      detail: { course: code, member: id, granted: formatAmount(grantedNanos) },
    })),
  ]);
  return { isNew: row.answer.proven, members };
}

/**
 * Whoever reads the mail of an address that a course has for an ID has proven that ID: the address came from staff, not from whoever registered. Empty
 * where no course that still runs has this address for the person's ID. As proveStudentId, to be called before anything else is locked.
 */
export async function proveByEmail(tx: Tx, actor: Actor, userId: string, email: string): Promise<Claimed[]> {
  const [known] = await tx.$queryRaw<{ id: string }[]>`select m.id from app_user u
      join course_member m on m.student_id = u.student_id and m.state = 'active' and lower(m.email) = lower(${email})
      join course c on c.id = m.course_id and c.archived_at is null and c.ends_at > clock_timestamp()
    where u.id = ${userId}::uuid and u.disabled_at is null limit 1`;
  return known === undefined ? [] : proveStudentId(tx, actor, userId);
}

/** Staff of a course confirm that whoever registered a member's ID is that person. Throws `not_found`, and `invalid_request` where nobody has registered it. */
export async function confirmMember(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; memberId: string },
): Promise<Claimed[]> {
  const course = await requireCourseRole(tx, actor, input.courseId, "roster");
  const member = await tx.courseMember.findFirst({
    where: { id: input.memberId, courseId: course.id, state: "active" },
    select: { studentId: true },
  });
  if (member === null || course.archivedAt !== null) throw new AppError("not_found");
  const user = await tx.user.findUnique({ where: { studentId: member.studentId }, select: { id: true } });
  if (user === null) {
    throw courseRefusal(
      `学号 ${member.studentId} 还没有注册。`,
      `nobody has registered the student ID ${member.studentId}.`,
    );
  }
  const claimed = await proveStudentId(tx, actor, user.id);
  // That waited for the locks of all courses of this ID, of this one too: whoever was removed meanwhile has no say any more.
  await requireCourseRole(tx, actor, course.id, "roster");
  return claimed;
}

export type IssuedCode = {
  readonly memberId: string;
  readonly studentId: string;
  readonly name: string;
  /** Shown this once. */
  readonly code: string;
};

/**
 * Makes activation codes for members whose ID nobody has proven, one each; an earlier one is void. Whoever registers the ID with the code, or enters it
 * later, has proven it. They end after 30 days, or with the course. Throws `not_found`.
 */
export async function issueActivationCodes(
  tx: Tx,
  actor: Actor,
  input: {
    courseId: string;
    /** All of them, if left out. */
    memberIds?: readonly string[] | undefined;
    /** Only those who have none that can still be used: what was handed out stays good. */
    onlyMissing?: boolean | undefined;
    /** Of those named, leave out whoever needs none. */
    skipProven?: boolean | undefined;
  },
): Promise<IssuedCode[]> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  if (course.hasEnded) throw courseRefusal(`课程 ${course.code} 已结束。`, `the course ${course.code} has ended.`);
  const wanted = input.memberIds === undefined ? undefined : [...new Set(input.memberIds)];
  const members = await tx.courseMember.findMany({
    where: {
      ...{ courseId: course.id, state: "active", userId: null },
      ...(wanted ? { id: { in: wanted } } : {}),
      ...(input.onlyMissing ? { NOT: { code: usable() } } : {}),
    },
    orderBy: { studentId: "asc" },
    select: { id: true, studentId: true, name: true },
  });
  // Whom nothing is to be made for must be of this course too.
  const found = input.skipProven
    ? await tx.courseMember.count({ where: { courseId: course.id, state: "active", id: { in: wanted ?? [] } } })
    : members.length;
  if (wanted !== undefined && found < wanted.length) throw new AppError("not_found");
  const issued = members.map(({ id, ...rest }) => ({ memberId: id, ...rest, code: newCode() }));
  if (issued.length === 0) return [];
  await tx.$executeRaw`insert into activation_code (member_id, hash, issued_by, expires_at)
    select o.member_id, decode(o.hash, 'hex'), ${actor.id}::uuid, least(${course.endsAt}::timestamptz, clock_timestamp() + interval '30 days')
    from unnest(${issued.map((each) => each.memberId)}::uuid[], ${issued.map((each) => hashOf(each.code).toString("hex"))}::text[]) as o (member_id, hash)
    on conflict (member_id) do update set hash = excluded.hash, issued_by = excluded.issued_by, issued_at = clock_timestamp(),
      expires_at = excluded.expires_at, used_at = null`;
  await writeAudit(tx, actor, {
    action: "course.issue-codes",
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail: { people: issued.length, ...(issued.length === 1 ? { studentId: issued[0]?.studentId } : {}) },
  });
  return issued;
}

/** Members whose ID nobody has proven, by whether they have a code that can still be used. Throws `not_found`. */
export async function countUnproven(
  db: Db | Tx,
  actor: Actor,
  courseId: string,
): Promise<{ readonly withCode: number; readonly withoutCode: number }> {
  const course = await requireCourseRole(db, actor, courseId, "roster");
  const where = { courseId: course.id, state: "active", userId: null };
  const all = await db.courseMember.count({ where });
  const withCode = await db.courseMember.count({ where: { ...where, code: usable() } });
  return { withCode, withoutCode: all - withCode };
}

function usable() {
  return { is: { usedAt: null, expiresAt: { gt: new Date() } } };
}

/** What somebody will have once they prove their student ID. Names no course: whoever registered the ID may be somebody else. */
export async function findWaiting(
  db: Db | Tx,
  userId: string,
): Promise<{ readonly courses: number; readonly amountNanos: bigint }> {
  const [row] = await db.$queryRaw<
    { courses: number; amountNanos: bigint }[]
  >`select count(distinct c.id)::int as courses, coalesce(sum(w.amount_nanos), 0)::bigint as "amountNanos"
    from app_user u join course_member m on m.student_id = u.student_id and m.state = 'active' and m.user_id is null
      join course c on c.id = m.course_id and c.archived_at is null and c.ends_at > clock_timestamp()
      left join waiting_grant w on w.member_id = m.id and w.state = 'waiting' and w.ends_at > clock_timestamp()
    where u.id = ${userId}::uuid`;
  return row ?? { courses: 0, amountNanos: 0n };
}

/**
 * A person enters an activation code for the own student ID. Throws `invalid_request` for one that isn't his, was used, or has ended; and where the ID must
 * not be proven yet, `student_id_taken` where it was proven in the same instant.
 */
export async function claimByCode(
  tx: Tx,
  actor: Actor,
  input: { userId: string; code: string; mustBeUnproven?: boolean },
): Promise<Claimed[]> {
  if (actor.id !== null && actor.id !== input.userId) throw new AppError("not_found");
  const [row] = await tx.$queryRaw<{ studentId: string }[]>`select u.student_id as "studentId"
      from activation_code k join course_member m on m.id = k.member_id join app_user u on u.student_id = m.student_id
      where k.hash = ${hashOf(input.code)} and k.used_at is null and k.expires_at > clock_timestamp() and m.state = 'active'
        and u.id = ${input.userId}::uuid and u.disabled_at is null`;
  if (row === undefined) {
    throw courseRefusal(
      "激活码不属于这个学号、已用过或已过期。请向任课教师索取新的。",
      "the activation code is not for this student ID, was used, or has expired. Ask the teaching staff for a new one.",
    );
  }
  const { isNew, members } = await prove(tx, actor, input.userId);
  if (input.mustBeUnproven && !isNew)
    throw new AppError("student_id_taken", { parameters: { studentId: row.studentId } });
  return members;
}

/** Without letters and digits that look alike: 60 bits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function newCode(): string {
  const letters = Array.from({ length: 12 }, () => ALPHABET[randomInt(32)] ?? "").join("");
  return (letters.match(/.{4}/g) ?? []).join("-");
}

/** As people type it: any case, with or without hyphens, O for 0, I and L for 1. */
function hashOf(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(plain).digest();
}
