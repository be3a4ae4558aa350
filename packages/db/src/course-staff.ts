import { AppError, type CourseRole, newId } from "@lyceum/domain";
import { type Actor, type AuditJson, writeAudit } from "./audit.ts";
import type { Tx } from "./client.ts";
import { type MemberRow, readMembers, writeMembers } from "./course-member-changes.ts";
import { type CourseAccess, courseRefusal, lockCourse } from "./course-roles.ts";
import { getUserByStudentId } from "./users.ts";

export type StaffRole = Exclude<CourseRole, "student">;

/**
 * Makes a person TA or instructor of a course. Only whoever has proven the student ID may be. Throws `not_found`, `user_not_found`,
 * `invalid_request`. Doing it again changes nothing.
 */
export async function addCourseStaff(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; studentId: string; role: StaffRole },
): Promise<{ memberId: string }> {
  const { role } = input;
  const course = await lockCourse(tx, actor, input.courseId, role === "ta" ? "lead" : "nameInstructors");
  const { id: userId } = await getUserByStudentId(tx, input.studentId);
  const [user] = await tx.$queryRaw<
    { studentId: string; name: string; isFit: boolean }[]
  >`select student_id as "studentId", name, verified_at is not null and disabled_at is null as "isFit" from app_user
    where id = ${userId}::uuid for share`;
  if (user?.isFit !== true) {
    throw courseRefusal(
      `学号 ${input.studentId} 未经核实或已停用，不能担任助教或教师。`,
      `the student ID ${input.studentId} is not verified, or disabled: such a person can't be staff of a course.`,
    );
  }
  const before = (await readMembers(tx, course.id)).find((member) => member.studentId === user.studentId) ?? null;
  if (before?.role === role && before.state === "active") return { memberId: before.id };
  if (before?.role === "instructor" && before.state === "active") requireAdmin(course);
  const known = before ?? { id: newId(), studentId: user.studentId, name: user.name, email: null, section: null };
  const after: MemberRow = { ...known, role, state: "active", userId };
  await writeMembers(tx, actor, course, [{ kind: before === null ? "joined" : "role", before, after }]);
  await auditStaff(tx, actor, course, "course.add-staff", { studentId: user.studentId, role });
  return { memberId: after.id };
}

/** Ends somebody's work for a course, and with it the membership. Throws `not_found`; for instructors too unless an admin does it. */
export async function removeCourseStaff(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; memberId: string },
): Promise<void> {
  const course = await lockCourse(tx, actor, input.courseId, "lead");
  const before = (await readMembers(tx, course.id)).find((member) => member.id === input.memberId);
  if (before === undefined || before.role === "student" || before.state !== "active") throw new AppError("not_found");
  if (before.role === "instructor") requireAdmin(course);
  const after: MemberRow = { ...before, role: "student", state: "left" };
  await writeMembers(tx, actor, course, [{ kind: "left", before, after }]);
  const { studentId, role } = before;
  await auditStaff(tx, actor, course, "course.remove-staff", { studentId, role });
}

/** Ends the membership of students; money that was granted stays theirs until it ends or is taken back. Throws `not_found`. Returns how much was freed in the pool. */
export async function endMemberships(
  tx: Tx,
  actor: Actor,
  input: { courseId: string; memberIds: readonly string[] },
): Promise<{ releasedNanos: bigint }> {
  const course = await lockCourse(tx, actor, input.courseId, "roster");
  const wanted = new Set(input.memberIds);
  const members = (await readMembers(tx, course.id)).filter(
    (member) => wanted.has(member.id) && member.role === "student" && member.state === "active",
  );
  if (members.length < wanted.size || members.length === 0) throw new AppError("not_found");
  const changes = members.map((before) => ({ kind: "left", before, after: { ...before, state: "left" } }) as const);
  const releasedNanos = await writeMembers(tx, actor, course, changes);
  await auditStaff(tx, actor, course, "course.end-membership", {
    people: members.length,
    studentIds: members.slice(0, 20).map((member) => member.studentId),
  });
  return { releasedNanos };
}

function requireAdmin(course: CourseAccess): void {
  if (course.authority !== "admin") throw new AppError("not_found");
}

function auditStaff(
  tx: Tx,
  actor: Actor,
  course: CourseAccess,
  action: string,
  detail: { [key: string]: AuditJson },
): Promise<void> {
  return writeAudit(tx, actor, {
    action,
    targetKind: "course",
    targetId: course.id,
    targetName: course.code,
    detail,
  });
}
