import "server-only";
import { type KeyRow, listKeys, listUsageRecords, listUserGroups, type UsageRecordRow } from "@lyceum/db";
import { cache } from "react";
import { getOwnAccount } from "#features/balance/queries.ts";
import { isAway } from "#features/square/filter.ts";
import { getSquare } from "#features/square/queries.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import { termEnd } from "./expiry.ts";

/** This person's keys, newest first; deleted ones are left out. */
export const getOwnKeys = cache((userId: string): Promise<KeyRow[]> => listKeys(getDb(), userId));

/** The groups this person may make keys in; the open one first. */
export const getOwnGroups = cache((userId: string) => listUserGroups(getDb(), userId));

/** What the form of a key offers. */
export interface KeyChoices {
  groups: { id: string; name: string; multiplierPpm: number; models: string[] }[];
  termEnd: Date;
}

export const getKeyChoices = cache(async (userId: string): Promise<KeyChoices> => {
  const [groups, square, settings] = await Promise.all([getOwnGroups(userId), getSquare(userId), getSettings()]);
  return {
    groups: groups.map((group) => ({
      ...group,
      // What can be used now; a form keeps those that a key names already.
      models: square
        .filter((model) => !isAway(model) && model.groups.some((each) => each.id === group.id))
        .map((model) => model.name),
    })),
    termEnd: termEnd(new Date(), settings),
  };
});

/**
 * The request a new key is waited for: the first that finished, else the last that failed, else null while there is none. Undefined for
 * a key that isn't this person's.
 */
export async function findFirstRequest(userId: string, keyId: string): Promise<UsageRecordRow | null | undefined> {
  const keys = await getOwnKeys(userId);
  if (!keys.some((key) => key.id === keyId)) return undefined;
  const filter = { accountId: (await getOwnAccount(userId)).id, keyId, pageSize: 20 };
  const { rows } = await listUsageRecords(getDb(), filter);
  return rows.findLast((row) => row.outcome === "finished") ?? rows[0] ?? null;
}
