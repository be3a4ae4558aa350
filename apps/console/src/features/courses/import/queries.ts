import "server-only";
import { countUnproven, listRosterImports } from "@lyceum/db";
import { getDb } from "#server/db.ts";
import { orMissing, requireCourse } from "../queries.ts";

/** What the import page shows beside the list; whoever may not import into the course is told that there is no such page. */
export async function getImportPage(courseId: string) {
  const { actor, course } = await requireCourse(courseId, "roster");
  const [imports, counts] = await orMissing(
    Promise.all([listRosterImports(getDb(), actor, course.id), countUnproven(getDb(), actor, course.id)]),
  );
  return { course, imports, counts };
}
