import type { Tx } from "./client.ts";

/**
 * Locks the account of a person, which comes before the keys (the ledger's lock order): for acts whose triggers touch all
 * keys of that person.
 */
export async function lockAccountOf(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`select id from account where user_id = ${userId}::uuid for no key update`;
}
