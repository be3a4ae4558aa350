import type { Tx } from "./client.ts";

/**
 * Makes acts on the configuration take turns, until the transaction ends: what is read after this is what will be changed. Each of them raises the
 * version, and so waits for the others anyway; whoever waits before it holds anything else can't wait in a circle, and loses no change of another's.
 * Whoever reports on health takes turns by the same row (lock_health).
 */
export async function lockConfig(tx: Tx): Promise<void> {
  await tx.$queryRaw`select 1 from config_version where id = 1 for no key update`;
}
