import "server-only";
import { listPriceVersions, type PriceVersion } from "@lyceum/db";
import { getDb } from "#server/db.ts";

/** Every price a model had, newest first. */
export function getPriceHistory(modelId: string): Promise<PriceVersion[]> {
  return listPriceVersions(getDb(), modelId);
}
