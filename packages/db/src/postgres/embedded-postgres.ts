import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { StartupError } from "../startup-error.ts";
import { findPostgresBinaries } from "./binaries.ts";
import { openClusterFolder } from "./cluster-folder.ts";
import { openDataFolder } from "./data-folder.ts";
import { findPostmaster, launchPostmaster, type Postmaster, stopPostmaster } from "./postmaster.ts";
import { isPostgresOf } from "./process-identity.ts";
import { writeSettings } from "./settings.ts";

const DATABASE = "lyceum";
const POLL_MS = 20;
/** How long one that is just ending may take until it is gone. */
const ENDING_MS = 30_000;

/** A running embedded PostgreSQL. `adopted`: it was left running by a process that was killed. */
export type EmbeddedPostgres = {
  url: string;
  adopted: boolean;
  isRunning(): Promise<boolean>;
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Holds the database under `postgres/`, and its socket under `socket/` where that path is short enough. */
  dataDir: string;
  /** Gets one short line for each step that takes time. */
  log?: (line: string) => void;
  /** For tests: faster, and gone after a power cut. */
  throwAway?: boolean;
};

/**
 * Starts PostgreSQL on the data folder, making the database `lyceum` the first time, or adopts the one that still
 * runs there. The caller holds the folder's lock. It outlives a killed caller and then is adopted by the next.
 * `stop` is idempotent. Throws StartupError with one clear sentence for everything that keeps it from running.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  await openDataFolder(options.dataDir);
  const folder = await openClusterFolder(options, binaries);
  const orphan = await adopt(await findPostmaster(folder.pgData), folder.pgData);
  if (!orphan) await writeSettings(folder.pgData, folder.socketDir, options.throwAway);
  const postmaster = orphan ?? (await launchPostmaster(folder, binaries.postgres));
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopPostmaster(postmaster.pid);
    return stopping;
  };
  try {
    await createDatabase(postmaster);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: socketUrl(postmaster.socketDir, DATABASE),
    adopted: orphan !== null,
    isRunning: () => isPostgresOf(postmaster.pid, folder.pgData),
    stop,
  };
}

/** Stops what a killed process left running on this data folder. The caller holds the folder's lock. */
export async function stopOrphanedPostgres(dataDir: string): Promise<void> {
  const orphan = await findPostmaster(join(await realpath(dataDir), "postgres"));
  if (orphan) await stopPostmaster(orphan.pid);
}

/** The URL of a database behind a Unix socket, as `pg` and Prisma read it. */
function socketUrl(socketDir: string, database: string): string {
  return `postgresql://lyceum@localhost:5432/${database}?host=${encodeURIComponent(socketDir)}`;
}

/** Takes over a postmaster that answers and owns these files; stops one that can't be reached any more. */
async function adopt(found: Postmaster | null, pgData: string): Promise<Postmaster | null> {
  if (!found) return null;
  for (const deadline = Date.now() + ENDING_MS; ; await delay(POLL_MS)) {
    try {
      const rows = await query<{ data_directory: string }>(found, "show data_directory");
      if (rows[0]?.data_directory === pgData) return found;
      break;
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      // Its socket was cleaned away with the temporary folder.
      if (code === "ENOENT" || code === "ECONNREFUSED") break;
      // It was being killed while it was asked.
      if (!(await isPostgresOf(found.pid, pgData))) return null;
      const isEnding = /^(ECONNRESET|EPIPE|57P0\d)$/.test(code) || message.startsWith("Connection terminated");
      if (isEnding && Date.now() < deadline) continue;
      throw new StartupError(
        `The database that already runs on ${pgData} (process ${found.pid}) refuses us: ${message}.`,
        { cause: error },
      );
    }
  }
  await stopPostmaster(found.pid);
  return null;
}

async function createDatabase(postmaster: Postmaster): Promise<void> {
  const there = await query(postmaster, `select 1 from pg_database where datname = '${DATABASE}'`);
  if (there.length === 0) await query(postmaster, `create database ${DATABASE}`);
}

async function query<Row extends pg.QueryResultRow>(postmaster: Postmaster, sql: string): Promise<Row[]> {
  const client = new pg.Client({
    connectionString: socketUrl(postmaster.socketDir, "postgres"),
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined); // a cut connection also rejects the query below
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
