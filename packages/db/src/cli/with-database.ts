import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findRunningSystem, lockDataFolder, openDataFolder } from "../postgres/data-folder.ts";
import { startEmbeddedPostgres } from "../postgres/embedded-postgres.ts";

const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));

export type DatabaseChoice = { DATABASE_URL?: string | undefined; LYCEUM_DATA_DIR?: string | undefined };

/**
 * The folder that holds a system's data: LYCEUM_DATA_DIR, else `data` in the repository, and `data-demo` for the demo, whose
 * invented people must not mix with real ones. Always absolute.
 */
export function dataFolderOf(env: DatabaseChoice, isDemo = false): string {
  return resolve(REPOSITORY, env.LYCEUM_DATA_DIR || (isDemo ? "data-demo" : "data"));
}

/** The folder of the system that commands mean: as above, but that of a running demo where no other system runs. */
export async function commandedFolderOf(env: DatabaseChoice): Promise<string> {
  const folder = dataFolderOf(env);
  if (env.LYCEUM_DATA_DIR || (await findRunningSystem(folder)) !== null) return folder;
  const demo = dataFolderOf(env, true);
  return (await findRunningSystem(demo)) === null ? folder : demo;
}

/**
 * Runs `work` with the URL of the database that `env` chooses: DATABASE_URL, else that of the system running on the
 * data folder, else the folder's embedded PostgreSQL, started for the occasion and stopped again.
 */
export async function withDatabase<T>(
  env: DatabaseChoice,
  work: (url: string) => Promise<T>,
  log?: (line: string) => void,
): Promise<T> {
  if (env.DATABASE_URL) return await work(env.DATABASE_URL);
  const dataDir = await commandedFolderOf(env);
  const running = await findRunningSystem(dataDir);
  if (running) return await work(running.databaseUrl);
  await openDataFolder(dataDir);
  const lock = await lockDataFolder(dataDir, log);
  try {
    const postgres = await startEmbeddedPostgres({ dataDir, ...(log ? { log } : {}) });
    try {
      return await work(postgres.url);
    } finally {
      await postgres.stop();
    }
  } finally {
    await lock.release();
  }
}
