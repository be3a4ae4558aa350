import {
  addCourseStaff,
  applyRoster,
  commandLine,
  createCourse,
  createUser,
  getSessionUser,
  getSettings,
  listCourseMembers,
  type SessionUser,
} from "@lyceum/db";
import { fund } from "@lyceum/ledger";
import { getDb } from "#server/db.ts";

const UNIT = 1_000_000_000n;
let count = 0;

/** Somebody who has accepted the terms and proven the student ID. */
export async function makePerson(): Promise<SessionUser> {
  count += 1;
  const studentId = `S${String(count).padStart(6, "0")}`;
  const { terms } = await getSettings(getDb());
  const { userId } = await getDb().$transaction((tx) =>
    createUser(tx, commandLine, { studentId, name: studentId, role: "student", password: "correct horse battery" }),
  );
  await getDb().user.update({ where: { id: userId }, data: { termsVersion: terms.version } });
  const user = await getSessionUser(getDb(), userId);
  if (user === null) throw new Error("the person just made is missing");
  return user;
}

/** ¥100 in the pool, two students, of whom nobody has registered one, a TA and an instructor; and who teaches elsewhere. */
export async function makeCourseOfPeople() {
  const [student, ta, instructor, elsewhere] = [
    await makePerson(),
    await makePerson(),
    await makePerson(),
    await makePerson(),
  ];
  // Not at the end of a day, as a shell may set it.
  const endsAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 100 * 86_400_000);
  const courseId = await getDb().$transaction(async (tx) => {
    const { id, accountId } = await createCourse(tx, commandLine, { code: "A", name: "A", endsAt });
    const other = await createCourse(tx, commandLine, { code: "B", name: "B", endsAt });
    await fund(tx, commandLine, { accountId, amountNanos: 100n * UNIT, reason: "test", endsAt: null });
    const rows = [{ studentId: student.studentId }, { studentId: "X000001", name: "nobody" }];
    await applyRoster(tx, commandLine, { courseId: id, rows, fileName: "f", digest: "d" });
    await addCourseStaff(tx, commandLine, { courseId: id, studentId: ta.studentId, role: "ta" });
    await addCourseStaff(tx, commandLine, { courseId: id, studentId: instructor.studentId, role: "instructor" });
    await addCourseStaff(tx, commandLine, { courseId: other.id, studentId: elsewhere.studentId, role: "instructor" });
    return id;
  });
  const { rows } = await listCourseMembers(getDb(), commandLine, courseId);
  const memberOf = (studentId: string) => rows.find((row) => row.studentId === studentId)?.id ?? "";
  return { student, ta, instructor, elsewhere, courseId, endsAt, memberOf };
}

export type CourseOfPeople = Awaited<ReturnType<typeof makeCourseOfPeople>>;
