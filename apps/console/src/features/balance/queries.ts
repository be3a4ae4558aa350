import "server-only";
import {
  type AllowanceRow,
  type Balance,
  type ComingAllowance,
  getBalance,
  getSettings,
  listAllowances,
  listComingAllowances,
  listEntries,
} from "@lyceum/db";
import { notFound } from "next/navigation";
import { cache } from "react";
import { getDb } from "#server/db.ts";

/** What this person has, credit by credit; once per request. */
export const getOwnBalance = cache((userId: string): Promise<Balance> => getBalance(getDb(), userId));

/** What this person can spend now, in nanos: balance less open reservations; once per request. */
export const getAvailable = cache(async (userId: string): Promise<bigint> => {
  const { availableNanos } = await getOwnBalance(userId);
  return availableNanos;
});

/** The account that every query of one's own usage and ledger is bound to, and since when there is one. */
export const getOwnAccount = cache(async (userId: string): Promise<{ id: string; createdAt: Date }> => {
  const account = await getDb().account.findUnique({ where: { userId }, select: { id: true, createdAt: true } });
  return account ?? notFound();
});

/** This person's allowances that still come. */
export async function getOwnAllowances(userId: string): Promise<(AllowanceRow | ComingAllowance)[]> {
  const account = await getOwnAccount(userId);
  const [own, ofCourses] = await Promise.all([
    listAllowances(getDb(), { accountIds: [account.id] }),
    listComingAllowances(getDb(), userId),
  ]);
  return [...own.rows, ...ofCourses];
}

/** One page of this person's ledger, newest first. */
export async function getOwnEntries(userId: string, page: number) {
  const account = await getOwnAccount(userId);
  return listEntries(getDb(), account.id, { page, pageSize: 25 });
}

/** Whether this person accepts models without a price; null where the site doesn't allow it at all. */
export async function findUnpricedChoice(userId: string): Promise<boolean | null> {
  const [settings, user] = await Promise.all([
    getSettings(getDb()),
    getDb().user.findUnique({ where: { id: userId }, select: { acceptsUnpriced: true } }),
  ]);
  return settings.allowUnpriced ? (user?.acceptsUnpriced ?? false) : null;
}
