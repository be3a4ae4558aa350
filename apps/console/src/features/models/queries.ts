import "server-only";
import {
  equivalentsOf,
  type GroupRow,
  listGroups,
  listModels,
  listOpenProposals,
  type ModelRow,
  type OpenProposal,
} from "@lyceum/db";
import { getDb } from "#server/db.ts";
import type { RedirectChoice } from "./components/retire-model.tsx";

/** A model with what its channels' refusals suggest to change. */
export type AdminModel = ModelRow & { readonly proposals: OpenProposal[] };

/** Every model as an admin sees it, removed ones too, by name whatever its case; and the groups. */
export async function getAdminModels(): Promise<{ models: AdminModel[]; groups: GroupRow[] }> {
  const db = getDb();
  const [rows, groups, proposals] = await Promise.all([listModels(db), listGroups(db), listOpenProposals(db)]);
  const models = rows.map((model) => ({ ...model, proposals: proposals.get(model.id) ?? [] }));
  return { models: models.sort((a, b) => a.name.localeCompare(b.name, "en")), groups };
}

/** Models that calls to one may go to once it is retired: those that can do the same first, best first. */
export function redirectsOf(model: ModelRow, models: readonly ModelRow[]): RedirectChoice[] {
  const open = models.filter((each) => each.groups.some((group) => model.groups.includes(group)));
  const best = equivalentsOf(model, open);
  const others = models.filter((each) => each.removedAt === null && each.id !== model.id && !best.includes(each));
  return [
    ...best.map(({ id, name }) => ({ id, name, isEquivalent: true })),
    ...others.map(({ id, name }) => ({ id, name, isEquivalent: false })),
  ];
}
