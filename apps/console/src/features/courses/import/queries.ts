import "server-only";
import { countUnproven, listRosterImports, requireCourseRole, type SessionUser } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { notFound } from "next/navigation";
import { getDb } from "#server/db.ts";

/** What the import page shows beside the list; whoever may not import into the course is told that there is no such page. */
export async function getImportPage(user: SessionUser, courseId: string) {
  const db = getDb();
  try {
    const course = await requireCourseRole(db, user, courseId, "roster");
    const [imports, counts] = await Promise.all([
      listRosterImports(db, user, courseId),
      countUnproven(db, user, courseId),
    ]);
    return { course, imports, counts };
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
