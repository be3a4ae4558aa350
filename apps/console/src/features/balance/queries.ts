import "server-only";
import { getBalance } from "@lyceum/db";
import { cache } from "react";
import { getDb } from "#server/db.ts";

/** What this person can spend now, in nanos: balance less open reservations; once per request. */
export const getAvailable = cache(async (userId: string): Promise<bigint> => {
  const { availableNanos } = await getBalance(getDb(), userId);
  return availableNanos;
});
