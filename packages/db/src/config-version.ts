import { setTimeout as wait } from "node:timers/promises";
import type { Db } from "./client.ts";

const LOOK_EVERY_MS = 50;

/**
 * Waits until every living worker (heartbeat within 10 s) has loaded the configuration as it is now, so that a change just
 * committed is in force everywhere. Returns false if one has not after `timeoutMs`; true at once where no worker lives.
 */
export async function waitForConfig(db: Db, options: { timeoutMs: number }): Promise<boolean> {
  const started = performance.now();
  const wanted = (await db.configVersion.findUniqueOrThrow({ where: { id: 1 }, select: { version: true } })).version;
  for (;;) {
    const rows = await db.$queryRaw<[{ behind: number }]>`select count(*)::int as behind from worker
      where heartbeat_at > clock_timestamp() - interval '10 seconds' and config_version < ${wanted}`;
    if (rows[0].behind === 0) return true;
    if (performance.now() - started >= options.timeoutMs) return false;
    await wait(LOOK_EVERY_MS);
  }
}
