import "server-only";
import { type Actor, getModelByName, setPrice, updateModel } from "@lyceum/db";
import type { Tx } from "#server/db.ts";
import type { TriedRow } from "./model-rows.ts";

/** Says of models just made what a trial found of them, and prices them, where prices were typed. Returns how many still have none. */
export async function settleNewModels(
  tx: Tx,
  actor: Actor,
  names: readonly string[],
  typed: { models: readonly TriedRow[]; inputPrice: string; outputPrice: string },
): Promise<number> {
  const isPriced = typed.inputPrice !== "" && typed.outputPrice !== "";
  for (const name of names) {
    const capabilities = typed.models.find((row) => row.name === name)?.capabilities ?? [];
    if (capabilities.length === 0 && !isPriced) continue;
    const { id: modelId } = await getModelByName(tx, name);
    if (capabilities.length > 0) await updateModel(tx, actor, { modelId, capabilities });
    if (isPriced) await setPrice(tx, actor, { modelId, input: typed.inputPrice, output: typed.outputPrice });
  }
  return isPriced ? 0 : names.length;
}
