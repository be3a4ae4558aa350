import type { HealthSnapshot } from "@lyceum/db/gateway-health";
import { noteHealth } from "@lyceum/db/health-notes";
import type { DatabasePool } from "@lyceum/db/pool";
import { defaultSettings, type Settings } from "@lyceum/domain";
import type { HealthBook, Log } from "@lyceum/gateway";
import { HealthTally, type TellingRules } from "./health-tally.ts";

/** What is urgent does not wait for it. */
const TELL_EVERY_MS = 200;
const AGAIN_AFTER_MS = 1_000;

export type HealthReports = {
  /** Takes what all workers share from now on. */
  takeSnapshot(snapshot: HealthSnapshot): void;
  /** Tells at once what was seen so far. */
  flush(): void;
  /** Tells what is left. */
  stop(): Promise<void>;
};

/**
 * Tells the database what this worker's requests say of the health of deployments and credentials, off their path, and nothing at all while all is
 * well but for a sign of life now and then. `onChanged`: what was told changed what all share. Trouble is logged once, and it is told again later.
 */
export function startHealthReports(
  pool: DatabasePool,
  book: HealthBook,
  { settings, onChanged, clock }: { settings: () => Settings | undefined; onChanged: () => void; clock: () => number },
  log: Log,
): HealthReports {
  const tally = new HealthTally(clock);
  let isFailing = false;
  let againAt = 0;
  let telling: Promise<void> | null = null;
  let isUrgent = false;

  function gather(): void {
    const rules = tellingRules(settings());
    for (const observation of book.drain()) tally.note(observation, rules);
  }

  function flush(): void {
    gather();
    if (telling !== null) {
      isUrgent = true;
      return;
    }
    telling = tell().finally(() => {
      telling = null;
      if (!isUrgent) return;
      isUrgent = false;
      flush();
    });
  }

  async function tell(): Promise<void> {
    const now = clock();
    if (now < againAt) return;
    const current = settings() ?? defaultSettings;
    const report = tally.take(tellingRules(current));
    if (report === null) return;
    try {
      const { isChanged, skipped } = await noteHealth(pool, report, current);
      if (isFailing) log("info", "what requests say of deployments is told again", {});
      isFailing = false;
      const left = new Set(skipped);
      if (left.size > 0) {
        tally.giveBack({
          deployments: report.deployments.filter(({ id }) => left.has(id)),
          credentials: report.credentials.filter(({ id }) => left.has(id)),
        });
      }
      if (isChanged) onChanged();
    } catch (error) {
      if (!isFailing) log("warn", "what requests say of deployments can't be told", { error });
      isFailing = true;
      againAt = now + AGAIN_AFTER_MS;
      tally.giveBack(report);
    }
  }

  const timer = setInterval(() => {
    if (telling === null) flush();
  }, TELL_EVERY_MS).unref();

  return {
    takeSnapshot: ({ watched }) => tally.watch(watched),
    flush,
    async stop() {
      clearInterval(timer);
      isUrgent = false;
      await telling;
      againAt = 0;
      gather();
      await tell();
    },
  };
}

function tellingRules({ breaker, probes }: Settings = defaultSettings): TellingRules {
  return {
    windowMs: breaker.windowSeconds * 1_000,
    // Often enough that what is in use is never probed.
    quietMs: probes.everyMinutes === null ? Number.POSITIVE_INFINITY : probes.everyMinutes * 20_000,
  };
}
