import {
  addCourseStaff,
  applyRoster,
  commandLine,
  createAnnouncement,
  createCourse,
  createUser,
  type Db,
  getSessionUser,
  getSettings,
  listCourseMembers,
  removeCourseStaff,
  type SessionUser,
  setUserDisabled,
  type Tx,
  updateCourse,
} from "@lyceum/db";
import { newId } from "@lyceum/domain";
import { addCourseAllowance } from "../course-allowances.ts";
import { fundMembers } from "../course-funding.ts";
import { askOwnFunding } from "../own-funding.ts";
import { fund } from "../post.ts";
import { createVouchers } from "../vouchers.ts";

/** Everybody who stands before a course in another way. `unproven`: has registered an ID of the roster and not proven it. */
export const sceneRoles = [
  ...(["stranger", "student", "otherStudent", "unproven", "ta", "otherTa", "instructor", "otherInstructor"] as const),
  ...(["removedTa", "disabledTa", "admin", "auditor"] as const),
] as const;
export type SceneRole = (typeof sceneRoles)[number];

export type RoleScene = Awaited<ReturnType<typeof createRoleScene>>;

const UNIT = 1_000_000_000n;
export const SCENE_PASSWORD = "correct horse battery";
/** Of the course that roles refer to. */
export const SCENE_CODE = "MATRIX";
/** On the roster, and registered by nobody. */
export const NOBODY = "X000001";

/**
 * A course with somebody in every role, another course with staff and a student of its own, and something to undo, decide and take back in the first.
 * Sessions are as they were before whoever is disabled was disabled. `tag` keeps several scenes in one database apart.
 */
export async function createRoleScene(db: Db, tag = "") {
  const act = <T>(run: (tx: Tx) => Promise<T>) => db.$transaction(run, { timeout: 60_000 });
  const users = {} as Record<SceneRole | "colleague", SessionUser>;
  for (const [place, role] of ([...sceneRoles, "colleague"] as const).entries()) {
    users[role] = await person(db, role, `R${tag}${String(place).padStart(6, "0")}`);
  }
  await db.user.update({ where: { id: users.unproven.id }, data: { verifiedAt: null } });
  const endsAt = new Date(Date.now() + 100 * 86_400_000);
  const course = await act((tx) =>
    createCourse(tx, commandLine, { code: `${SCENE_CODE}${tag}`, name: "Matrix", endsAt }),
  );
  const other = await act((tx) =>
    createCourse(tx, commandLine, { code: `ELSEWHERE${tag}`, name: "Elsewhere", endsAt }),
  );
  const enrol = (courseId: string, studentIds: string[]) =>
    act((tx) =>
      applyRoster(tx, commandLine, {
        ...{ courseId, fileName: "roster.csv", digest: courseId },
        rows: studentIds.map((studentId) => ({ studentId, name: `name of ${studentId}` })),
      }),
    );
  const join = (role: keyof typeof users, courseId: string, as: "ta" | "instructor") =>
    act((tx) => addCourseStaff(tx, commandLine, { courseId, studentId: users[role].studentId, role: as }));
  for (const { accountId } of [course, other]) {
    await act((tx) => fund(tx, commandLine, { accountId, amountNanos: 1_000n * UNIT, reason: "term", endsAt: null }));
  }
  const { importId } = await enrol(course.id, [users.student.studentId, users.unproven.studentId, NOBODY]);
  await enrol(other.id, [users.otherStudent.studentId]);
  for (const role of ["ta", "removedTa", "disabledTa", "colleague"] as const) await join(role, course.id, "ta");
  await join("instructor", course.id, "instructor");
  await join("otherTa", other.id, "ta");
  await join("otherInstructor", other.id, "instructor");
  const { rows: members } = await listCourseMembers(db, commandLine, course.id, { pageSize: 50 });
  const memberOf = (studentId: string) => members.find((each) => each.studentId === studentId)?.id ?? "";
  await act((tx) =>
    removeCourseStaff(tx, commandLine, { courseId: course.id, memberId: memberOf(users.removedTa.studentId) }),
  );
  await act((tx) => setUserDisabled(tx, commandLine, { userId: users.disabledTa.id, disabled: true }));
  const { fundingId } = await act((tx) =>
    fundMembers(tx, commandLine, {
      ...{ courseId: course.id, memberIds: [memberOf(users.student.studentId), memberOf(NOBODY)] },
      ...{ mode: "add", amountNanos: UNIT, reason: "week 1" },
    }),
  );
  await act((tx) => updateCourse(tx, commandLine, { courseId: course.id, advanceNanos: UNIT }));
  const { allowanceId } = await act((tx) =>
    addCourseAllowance(tx, commandLine, {
      ...{ courseId: course.id, memberIds: [memberOf(users.student.studentId)], endsAt: null },
      ...{ mode: "add", period: "month", amountNanos: UNIT, reason: "monthly" },
    }),
  );
  const { requestId } = await act((tx) =>
    askOwnFunding(tx, users.colleague, { courseId: course.id, mode: "add", amountNanos: UNIT, reason: "to try" }),
  );
  const asked = await act((tx) =>
    askOwnFunding(tx, users.student, { courseId: course.id, mode: "add", amountNanos: UNIT, reason: "lab 3" }),
  );
  // A second of his, which nobody could have by asking: each decision finds one of its own.
  const second = newId();
  await db.ownFunding.create({
    data: {
      ...{ id: second, courseId: course.id, memberId: memberOf(users.student.studentId), mode: "add" },
      ...{ amountNanos: UNIT, reason: "lab 4", askedBy: users.student.id },
    },
    select: { id: true },
  });
  const { batchId } = await act((tx) =>
    createVouchers(tx, commandLine, {
      ...{ courseId: course.id, amountNanos: UNIT, count: 2, redeemUntil: new Date(Date.now() + 86_400_000) },
      ...{ endsAt: null, note: "workshop", membersOnly: false },
    }),
  );
  const { id: announcementId } = await act((tx) =>
    createAnnouncement(tx, commandLine, {
      ...{ audience: { kind: "course", id: course.id }, level: "info", zh: "x", en: "x", tells: false },
      ...{ startsAt: null, endsAt: null },
    }),
  );
  return {
    announcementId,
    ...{ courseId: course.id, otherCourseId: other.id, users, memberOf, requestId, allowanceId },
    ...{ importId: importId ?? "", fundingId: fundingId ?? "" },
    /** What the student asks for, twice; and a batch of vouchers. */
    ...{ studentRequestIds: [asked.requestId, second] as const, batchId },
  };
}

async function person(db: Db, role: SceneRole | "colleague", studentId: string): Promise<SessionUser> {
  const { terms } = await getSettings(db);
  const made = await db.$transaction((tx) =>
    createUser(tx, commandLine, {
      ...{ studentId, name: role, password: SCENE_PASSWORD },
      role: role === "admin" || role === "auditor" ? role : "student",
    }),
  );
  await db.user.update({ where: { id: made.userId }, data: { termsVersion: terms.version } });
  const user = await getSessionUser(db, made.userId);
  if (user === null) throw new Error(`${role}, who was just made, is missing`);
  return user;
}
