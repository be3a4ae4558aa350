import { AppError, type ErrorCode } from "@lyceum/domain";
import { type Actor, createUser } from "./index.ts";
import { createPatientPrisma } from "./testing/patient-clients.ts";
import { createTestDatabase } from "./testing/test-database.ts";

export const MASTER_SECRET = "a master secret for tests, 32 characters and more";
export const PASSWORD = "correct horse battery";

/** A migrated database of one's own with the default groups, and short ways to set the scene. For tests of acts and queries. */
export async function createActsFixture() {
  const database = await createTestDatabase();
  const db = createPatientPrisma(database.url, 12);
  let counter = 0;
  return {
    db,
    url: database.url,
    async drop() {
      await db.$disconnect();
      await database.drop();
    },
    /** A verified person with PASSWORD, and himself as actor. */
    async person(
      role: "student" | "admin" | "auditor" = "student",
    ): Promise<{ userId: string; accountId: string; studentId: string; actor: Actor }> {
      counter += 1;
      const studentId = `S${String(counter).padStart(6, "0")}`;
      const name = `person ${counter}`;
      const made = await db.$transaction((tx) =>
        createUser(tx, { id: null, name: "test" }, { studentId, name, role, password: PASSWORD }),
      );
      return { userId: made.userId, accountId: made.accountId, studentId, actor: { id: made.userId, name } };
    },
    /** The actions of the audit trail about one target, oldest first. */
    async trail(targetId: string): Promise<string[]> {
      const rows = await db.auditEntry.findMany({
        where: { targetId },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
        select: { action: true },
      });
      return rows.map((row) => row.action);
    },
  };
}

export type ActsFixture = Awaited<ReturnType<typeof createActsFixture>>;

/** The code of the AppError that a promise rejects with; null where it resolves. Anything else thrown goes on. */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
