import { type Actor, applyRoster, listCourseMembers, type Tx } from "@lyceum/db";
import { createPatientPrisma } from "@lyceum/db/testing-clients";
import { newId } from "@lyceum/domain";
import { createLedgerFixture } from "./ledger-fixture.ts";

/** A ledger fixture with short ways to fill courses. */
export async function createCourseScene() {
  const books = await createLedgerFixture();
  const db = createPatientPrisma(books.url, 12);
  const admin: Actor = { id: null, name: "admin" };
  let counter = 0;
  const act = <T>(run: (tx: Tx) => Promise<T>) => db.$transaction(run, { maxWait: 60_000, timeout: 60_000 });

  return {
    ...books,
    db,
    admin,
    act,
    async drop() {
      await db.$disconnect();
      await books.drop();
    },
    /** A person with an account and a key, whose ID is proven or not. */
    async student(isProven: boolean) {
      const person = await books.person(0n);
      counter += 1;
      const studentId = `N${String(counter).padStart(6, "0")}`;
      await books.query(
        "update app_user set student_id = $2, verified_at = case when $3 then clock_timestamp() end where id = $1",
        [person.userId, studentId, isProven],
      );
      return { ...person, studentId, actor: { id: person.userId, name: studentId } satisfies Actor };
    },
    /** An ID that nobody has registered. */
    unknownId(): string {
      counter += 1;
      return `X${String(counter).padStart(6, "0")}`;
    },
    enrol: (courseId: string, studentIds: readonly string[], keepMissing = true) =>
      act((tx) =>
        applyRoster(tx, admin, {
          courseId,
          rows: studentIds.map((studentId) => ({ studentId, name: `name of ${studentId}` })),
          fileName: "roster.csv",
          digest: newId(),
          keepMissing,
        }),
      ),
    /** Members by student ID. */
    async members(courseId: string) {
      const rows = [];
      for (let page = 1; ; page += 1) {
        const answer = await listCourseMembers(db, admin, courseId, { page, pageSize: 200 });
        rows.push(...answer.rows);
        if (rows.length >= answer.total) return new Map(rows.map((row) => [row.studentId, row]));
      }
    },
    async pool(poolId: string) {
      const { balance, reserved } = await books.account(poolId);
      const row = await books.one<{ available: string }>("select available_nanos($1) as available", [poolId]);
      return { balance, waiting: reserved, available: BigInt(row.available) };
    },
  };
}

export type CourseScene = Awaited<ReturnType<typeof createCourseScene>>;
