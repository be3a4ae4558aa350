import "server-only";
import {
  type FoundRefusal,
  findKeyRefusal,
  type KeyRisk,
  type KeyRow,
  listKeyRisks,
  listKeys,
  listUsageRecords,
  listUserGroups,
  type UsageRecordRow,
} from "@lyceum/db";
import { getLocale } from "next-intl/server";
import { cache } from "react";
import { getOwnAccount } from "#features/balance/queries.ts";
import { isAway } from "#features/square/filter.ts";
import { getSquare } from "#features/square/queries.ts";
import { getClient } from "#server/client.ts";
import { getDb } from "#server/db.ts";
import { getSettings } from "#server/settings.ts";
import { termEnd } from "./expiry.ts";

/** This person's keys, newest first; deleted ones are left out. */
export const getOwnKeys = cache((userId: string): Promise<KeyRow[]> => listKeys(getDb(), userId));

/** What is risky about this person's keys, the worst first. */
export const getOwnRisks = cache((userId: string): Promise<KeyRisk[]> => listKeyRisks(getDb(), userId));

/** The groups this person may make keys in; the open one first. */
export const getOwnGroups = cache((userId: string) => listUserGroups(getDb(), userId));

/** What the form of a key offers. */
export interface KeyChoices {
  groups: { id: string; name: string; multiplierPpm: number; endsAt: Date | null; models: string[] }[];
  termEnd: Date;
  /** From where the reader asks now; "" where nobody knows. */
  presentAddress: string;
  siteName: string;
  /** Where the campus has its LobeChat; "": nowhere. */
  lobeUrl: string;
}

export const getKeyChoices = cache(async (userId: string): Promise<KeyChoices> => {
  const [groups, square, settings, { ip }, locale] = await Promise.all([
    getOwnGroups(userId),
    getSquare(userId),
    getSettings(),
    getClient(),
    getLocale(),
  ]);
  return {
    groups: groups.map((group) => ({
      ...group,
      // What can be used now; a form keeps those that a key names already.
      models: square
        .filter((model) => !isAway(model) && model.groups.some((each) => each.id === group.id && each.isMine))
        .map((model) => model.name),
    })),
    termEnd: termEnd(new Date(), settings),
    presentAddress: ip.replace(/^::ffff:(?=\d+\.)/i, ""),
    siteName: settings.siteName[locale],
    lobeUrl: settings.lobeUrl,
  };
});

/** What became of the request that a new key is waited for. */
export type FirstRequest = { record: UsageRecordRow } | { refusal: FoundRefusal } | null;

/**
 * The first that finished; else what came last, be it a record of one that failed or a refusal before there was one; null while there is nothing.
 * Undefined for a key that isn't this person's.
 */
export async function findFirstRequest(userId: string, keyId: string): Promise<FirstRequest | undefined> {
  const keys = await getOwnKeys(userId);
  if (!keys.some((key) => key.id === keyId)) return undefined;
  const filter = { accountId: (await getOwnAccount(userId)).id, keyId, pageSize: 20 };
  const [{ rows }, refusal] = await Promise.all([
    listUsageRecords(getDb(), filter),
    findKeyRefusal(getDb(), userId, keyId),
  ]);
  const finished = rows.findLast((row) => row.outcome === "finished");
  if (finished) return { record: finished };
  const [failed] = rows;
  if (refusal && (!failed || failed.admittedAt < refusal.refusedAt)) return { refusal };
  return failed ? { record: failed } : null;
}
