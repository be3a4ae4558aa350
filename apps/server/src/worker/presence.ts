import { hostname } from "node:os";
import { retireModels, settleHealth } from "@lyceum/db/health-notes";
import type { DatabasePool } from "@lyceum/db/pool";
import {
  deleteWorker,
  drawCourseAllowances,
  expireCredits,
  heartbeat,
  insertWorker,
  renewAllowances,
  sweepReservations,
  tendWaiting,
} from "@lyceum/db/workers";
import type { Log } from "@lyceum/gateway";

const BEAT_MS = 5_000;
/** What is left then waits for the next round, so that the heartbeat never does. */
const MAXIMUM_STEPS = 50;

export type Presence = {
  /** Says at once which configuration is in force. */
  announce(): void;
  /** Ends the heartbeat and, if nothing is left open, takes the worker out of the list. */
  stop(): Promise<void>;
};

/**
 * Keeps the row of this worker alive, and does its share of the common housekeeping: closing what dead workers left, closing credits
 * that have ended, giving allowances, and what time alone does to models and credentials. Trouble is logged, never fatal.
 */
export function startPresence(
  pool: DatabasePool,
  id: string,
  config: () => { readonly version: bigint; readonly settings: { readonly timeZone: string } } | null | undefined,
  log: Log,
): Presence {
  const self = { id, host: hostname(), pid: process.pid };
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  /** What is under way. A heartbeat that arrived behind the signing off would write the row anew. */
  const running = new Set<Promise<void>>();

  function track(work: Promise<void>): void {
    running.add(work);
    void work.then(() => running.delete(work));
  }

  async function beat(): Promise<void> {
    await attempt("heartbeat", () => heartbeat(pool, { ...self, configVersion: config()?.version ?? 0n }));
  }

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    if (isStopped) return;
    try {
      await work();
    } catch (error) {
      if (!isStopped) log("warn", `${what} failed`, { error });
    }
  }

  /** At midnight there is more to do than one transaction should. */
  async function untilDone(step: () => Promise<number>): Promise<void> {
    for (let steps = 0; steps < MAXIMUM_STEPS && !isStopped; steps++) if ((await step()) === 0) return;
  }

  async function round(): Promise<void> {
    await beat();
    await attempt("sweep", async () => {
      const swept = await sweepReservations(pool);
      if (swept > 0) log("warn", "closed reservations of workers that died", { swept });
    });
    await attempt("expiry of credits", () => untilDone(() => expireCredits(pool)));
    await attempt("grants that wait", () => untilDone(() => tendWaiting(pool)));
    await attempt("renewal of allowances", async () => {
      const zone = config()?.settings.timeZone;
      if (zone !== undefined) await untilDone(() => renewAllowances(pool, zone));
    });
    await attempt("allowances of courses", async () => {
      const zone = config()?.settings.timeZone;
      if (zone !== undefined) await untilDone(() => drawCourseAllowances(pool, zone));
    });
    await attempt("retirement of models", async () => {
      const retired = await retireModels(pool);
      if (retired > 0) log("info", "removed models whose time has come", { retired });
    });
    await attempt("the state of models", () => settleHealth(pool));
    // Spread out, so that workers started together don't do it all at once.
    if (!isStopped) timer = setTimeout(() => track(round()), BEAT_MS * (0.9 + Math.random() * 0.2));
  }
  track(attempt("announcing the worker", () => insertWorker(pool, self)).then(round));

  return {
    announce: () => track(beat()),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.all(running);
      // Nothing is lost by a row that stays: it says when the worker was last heard of.
      await deleteWorker(pool, id).catch(() => undefined);
    },
  };
}
