import "server-only";
import { type GroupRow, listGroups, listModels, listOpenProposals, type ModelRow, type OpenProposal } from "@lyceum/db";
import { getDb } from "#server/db.ts";

/** A model with what its channels' refusals suggest to change. */
export type AdminModel = ModelRow & { readonly proposals: OpenProposal[] };

/** Every model as an admin sees it, removed ones too, by name whatever its case; and the groups. */
export async function getAdminModels(): Promise<{ models: AdminModel[]; groups: GroupRow[] }> {
  const db = getDb();
  const [rows, groups, proposals] = await Promise.all([listModels(db), listGroups(db), listOpenProposals(db)]);
  const models = rows.map((model) => ({ ...model, proposals: proposals.get(model.id) ?? [] }));
  return { models: models.sort((a, b) => a.name.localeCompare(b.name, "en")), groups };
}
