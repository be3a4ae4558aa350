import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { applyMigrations } from "../migrations/apply-migrations.ts";
import { lockDataFolder } from "../postgres/data-folder.ts";
import { startEmbeddedPostgres, stopOrphanedPostgres } from "../postgres/embedded-postgres.ts";

const PREFIX = "lyceum-test-";
/** A folder younger than this may be one whose maker has not locked it yet. */
const SETTLED_MS = 10_000;
/** The database that holds the migrated, empty schema; every test database is a copy of it. */
export const TEMPLATE = "lyceum_template";

/** A throw-away PostgreSQL. `url` names its administrative database, for `createTestDatabase`. */
export type TestServer = { url: string; stop(): Promise<void> };

/**
 * Starts a PostgreSQL in a temporary folder, without durability, with the migrations applied to a template (unless
 * `migrate` is false). Also clears away what a killed run left behind. `stop` ends it and removes its files.
 */
export async function startTestServer(options: { migrate?: boolean } = {}): Promise<TestServer> {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const lock = await lockDataFolder(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, throwAway: true });
  const stop = async () => {
    await server.stop();
    await lock.release();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    if (options.migrate === false) return { url: server.url, stop };
    await administer(server.url, `create database ${TEMPLATE}`);
    await applyMigrations(databaseUrl(server.url, TEMPLATE));
    // Copying needs a template that nobody is connected to.
    await administer(server.url, `alter database ${TEMPLATE} with allow_connections false is_template true`);
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Runs one statement on the server at `url`, outside any transaction. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined); // a cut connection also rejects the query
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A run that was killed leaves its PostgreSQL running; whoever tests next ends it. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dataDir = join(tmpdir(), name);
    const found = await stat(dataDir).catch(() => null);
    if (!found || found.uid !== process.getuid?.() || Date.now() - found.mtimeMs < SETTLED_MS) continue;
    const lock = await lockDataFolder(dataDir).catch(() => null); // in use by a run that lives
    if (!lock) continue;
    await stopOrphanedPostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
}
