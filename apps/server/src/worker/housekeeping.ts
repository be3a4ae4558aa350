import { purgeConversations } from "@lyceum/db/conversation-purge";
import {
  clearStoredResponses,
  closeCampusHours,
  dropOldUsage,
  forgetActs,
  makeUsageMonths,
  verifyNightly,
} from "@lyceum/db/housekeeping";
import { tellInRounds } from "@lyceum/db/notice-rounds";
import type { DatabasePool } from "@lyceum/db/pool";
import { closeSpeedDays, dropOldSpeeds } from "@lyceum/db/speed-rollup";
import type { Settings } from "@lyceum/domain";
import type { Log } from "@lyceum/gateway";

const ROUND_MS = 60_000;
/** Partitions stand ready months ahead: looking once an hour is often enough. */
const MONTHS_EVERY_MS = 3_600_000;
/** Charts add up for themselves what is not closed yet: a few minutes more or less don't count. */
const HOURS_EVERY_MS = 600_000;
/** What has expired is found by nobody; it only takes up room. */
const RESPONSES_EVERY_MS = 600_000;
/** What is deleted in the playground can be had back for a day: a few minutes more don't count. */
const CONVERSATIONS_EVERY_MS = 300_000;
/** One hour is dropped an hour. */
const SPEEDS_EVERY_MS = 3_600_000;

export type Housekeeping = { stop(): Promise<void> };

/**
 * What somebody has to do once in a while, and every worker may: partitions for the months to come, dropping what is older than the retention, adding up
 * the campus's hours, stored responses, conversations, acts and speeds whose time is over, what people are told, and the books at night. Workers keep out of each other's way by locks in the database. Trouble is logged, never fatal.
 */
export function startHousekeeping(
  database: { pool: DatabasePool; url: string },
  settings: () => Pick<Settings, "timeZone" | "usageRetentionMonths"> | undefined,
  log: Log,
): Housekeeping {
  const stopped = new AbortController();
  const { signal } = stopped;
  let timer: NodeJS.Timeout | undefined;
  let monthsAt = Number.NEGATIVE_INFINITY;
  let hoursAt = Number.NEGATIVE_INFINITY;
  let responsesAt = Number.NEGATIVE_INFINITY;
  let speedsAt = Number.NEGATIVE_INFINITY;
  let conversationsAt = Number.NEGATIVE_INFINITY;

  async function attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) log("warn", `${what} failed`, { error });
    }
  }

  async function months(): Promise<void> {
    if (performance.now() - monthsAt < MONTHS_EVERY_MS) return;
    await makeUsageMonths(database.pool);
    const current = settings();
    if (current === undefined) return; // no configuration yet: again in the next round
    // Before the attempt: what didn't come off makes requests wait for a second, and that not every minute.
    monthsAt = performance.now();
    const { usageRetentionMonths: kept } = current;
    if (kept !== null) {
      const gone = await dropOldUsage(database.url, kept, signal);
      if (gone > 0) log("info", "dropped usage records after their retention", { gone, months: kept });
    }
  }

  async function hours(): Promise<void> {
    if (performance.now() - hoursAt < HOURS_EVERY_MS) return;
    await closeCampusHours(database.url, signal);
    await closeSpeedDays(database.url, signal);
    hoursAt = performance.now();
  }

  async function responses(): Promise<void> {
    if (performance.now() - responsesAt < RESPONSES_EVERY_MS) return;
    await forgetActs(database.pool);
    const gone = await clearStoredResponses(database.url, signal);
    responsesAt = performance.now();
    if (gone > 0) log("info", "deleted stored responses", { gone });
  }

  async function conversations(): Promise<void> {
    if (performance.now() - conversationsAt < CONVERSATIONS_EVERY_MS) return;
    await purgeConversations(database.pool);
    conversationsAt = performance.now();
  }

  async function speeds(): Promise<void> {
    if (performance.now() - speedsAt < SPEEDS_EVERY_MS) return;
    await dropOldSpeeds(database.pool);
    speedsAt = performance.now();
  }

  async function notices(): Promise<void> {
    const zone = settings()?.timeZone;
    if (zone !== undefined) await tellInRounds(database, zone, signal);
  }

  async function nightly(): Promise<void> {
    const zone = settings()?.timeZone;
    const result = zone === undefined ? null : await verifyNightly(database, zone, signal);
    if (result === null) return;
    if (result.differenceCount > 0)
      log("error", "the books do not add up: see pnpm lyceum ledger verify", { ...result });
    else log("info", "the books add up", { ...result });
  }

  async function round(): Promise<void> {
    await attempt("keeping the months of usage records", months);
    await attempt("adding up the campus's hours", hours);
    await attempt("clearing what has expired", responses);
    await attempt("clearing the playground", conversations);
    await attempt("dropping old speeds", speeds);
    await attempt("telling people what comes to its end", notices);
    await attempt("the nightly verification of the books", nightly);
    // Spread out, so that workers started together don't do it all at once.
    if (!signal.aborted) timer = setTimeout(() => (running = round()), ROUND_MS * (0.9 + Math.random() * 0.2));
  }
  let running = round();

  return {
    async stop() {
      stopped.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
