import "server-only";
import { type Actor, getSettings, setSetting } from "@lyceum/db";
import type { SettingKey, Settings } from "@lyceum/domain";
import type { Tx } from "#server/db.ts";

/** Writes those settings that differ from what is in force, and only those: the trail shows real changes. */
export async function saveSettings(
  tx: Tx,
  actor: Actor,
  wanted: Partial<Settings>,
): Promise<{ changed: SettingKey[] }> {
  const present = await getSettings(tx);
  const changed: SettingKey[] = [];
  for (const key of Object.keys(wanted) as SettingKey[]) {
    if (JSON.stringify(wanted[key]) === JSON.stringify(present[key])) continue;
    await setSetting(tx, actor, key, wanted[key]);
    changed.push(key);
  }
  return { changed };
}
