import { addCourseStaff, applyRoster, commandLine, createCourse, createPrisma } from "@lyceum/db";
import { fund, fundMembers } from "@lyceum/ledger";

const UNIT = 1_000_000_000n;
const DAY_MS = 86_400_000;

type Person = { studentId: string; name: string };

/** A course as that of the shared demo: a pool of ¥500 unless said otherwise, these students and 21 whom nobody has registered, and one who teaches. ¥2 each are given. */
export async function makeCourse(
  databaseUrl: string,
  {
    code,
    ta,
    students,
    poolUnits = 500n,
  }: { code: string; ta: Person; students: readonly Person[]; poolUnits?: bigint },
): Promise<{ id: string }> {
  const db = createPrisma(databaseUrl, 1);
  const unknown = Array.from({ length: 21 }, (_, place) => ({
    studentId: `00${123456 + place}`,
    name: `访问学生 ${place + 1}`,
    section: "交换",
  }));
  const known = students.map(({ studentId, name }, place) => ({
    studentId,
    name,
    section: place % 2 === 0 ? "物理 2601" : "物理 2602",
  }));
  try {
    return await db.$transaction(
      async (tx) => {
        const term = { startsAt: new Date(Date.now() - 40 * DAY_MS), endsAt: new Date(Date.now() + 50 * DAY_MS) };
        const { id: courseId, accountId } = await createCourse(tx, commandLine, {
          code,
          name: "热力学 2026秋",
          ...term,
        });
        await fund(tx, commandLine, { accountId, amountNanos: poolUnits * UNIT, reason: "e2e", endsAt: null });
        const rows = [...known, ...unknown];
        await applyRoster(tx, commandLine, { courseId, rows, fileName: "roster.csv", digest: code });
        await addCourseStaff(tx, commandLine, { courseId, studentId: ta.studentId, role: "ta" });
        const members = await tx.courseMember.findMany({ where: { courseId, role: "student" }, select: { id: true } });
        const memberIds = members.map((member) => member.id);
        await fundMembers(tx, commandLine, {
          courseId,
          memberIds,
          mode: "add",
          amountNanos: 2n * UNIT,
          reason: "第一周",
        });
        return { id: courseId };
      },
      { timeout: 60_000 },
    );
  } finally {
    await db.$disconnect();
  }
}
