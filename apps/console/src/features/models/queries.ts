import "server-only";
import { type GroupRow, listGroups, listModels, type ModelRow } from "@lyceum/db";
import { getDb } from "#server/db.ts";

/** Every model as an admin sees it, removed ones too, by name whatever its case; and the groups. */
export async function getAdminModels(): Promise<{ models: ModelRow[]; groups: GroupRow[] }> {
  const db = getDb();
  const [models, groups] = await Promise.all([listModels(db), listGroups(db)]);
  return { models: models.sort((a, b) => a.name.localeCompare(b.name, "en")), groups };
}
