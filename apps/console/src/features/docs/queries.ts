import "server-only";
import { getSettings, listSquare } from "@lyceum/db";
import { getBaseUrl } from "#features/keys/base-url.ts";
import { workingModel } from "#features/keys/working-model.ts";
import { getDb } from "#server/db.ts";
import { getSession } from "#server/session.ts";

/** What the documentation fills in: the reader's own address, a model that works for him or her, and what this site keeps for how long. */
export async function getDocsFacts() {
  const db = getDb();
  const user = await getSession();
  const [baseUrl, settings, square] = await Promise.all([
    getBaseUrl(),
    getSettings(db),
    listSquare(db, { userId: user?.id ?? null }),
  ]);
  const { usageRetentionMonths, responseRetentionDays } = settings;
  return { user, baseUrl, model: workingModel(square), usageRetentionMonths, responseRetentionDays };
}
