import { type EmbeddedPostgres, startEmbeddedPostgres } from "@lyceum/db/embedded-postgres";
import { checkDatabase } from "@lyceum/db/reachable";
import type { Settings } from "../env.ts";
import type { Report } from "./report.ts";

const WATCH_MS = 500;
const MAX_DELAY_MS = 10_000;

/** The database of the system. `stop` ends it if it is ours; it does nothing to one behind DATABASE_URL. */
export type SystemDatabase = { url: string; embedded: boolean; stop(): Promise<void> };

/** Reaches the database of DATABASE_URL, or starts the embedded one and keeps it running. Throws StartupError. */
export async function startDatabase(settings: Settings, report: Report): Promise<SystemDatabase> {
  if (settings.databaseUrl) {
    report.step("Connecting to the database");
    await checkDatabase(settings.databaseUrl);
    return { url: settings.databaseUrl, embedded: false, stop: async () => undefined };
  }
  report.step("Starting the database");
  const start = () => startEmbeddedPostgres({ dataDir: settings.dataDir, log: report.step });
  const postgres = await start();
  if (postgres.adopted) report.step("Found the database still running and took it over");
  const stop = keepRunning(postgres, start, report);
  return { url: postgres.url, embedded: true, stop };
}

/** Starts PostgreSQL again when it was killed. Returns what ends both the watching and PostgreSQL. */
function keepRunning(first: EmbeddedPostgres, start: () => Promise<EmbeddedPostgres>, report: Report) {
  let current = first;
  let stopped = false;
  let restarting: Promise<void> = Promise.resolve();
  let delayMs = WATCH_MS;
  const look = async () => {
    if (await current.isRunning()) delayMs = WATCH_MS;
    else if (!stopped) {
      report.warn("The database ended unexpectedly; starting it again");
      try {
        current = await start();
      } catch (error) {
        report.warn(error instanceof Error ? error.message : String(error));
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      }
    }
    if (!stopped) timer = setTimeout(next, delayMs).unref();
  };
  const next = () => {
    restarting = look();
  };
  let timer = setTimeout(next, delayMs).unref();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await restarting;
    await current.stop();
  };
}
