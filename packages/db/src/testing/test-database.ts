import { randomUUID } from "node:crypto";
import type pg from "pg";
import { administer, databaseUrl, TEMPLATE } from "./test-server.ts";

/** Where `global-setup.ts` leaves the address of the test server for the test files. */
export const TEST_SERVER_ENV = "LYCEUM_TEST_DATABASE_URL";

/** A database of one's own, migrated and empty. */
export type TestDatabase = { url: string; drop(): Promise<void> };

/**
 * Makes a fresh database (about 30 ms) on the test server: by default the one of this vitest run, else `serverUrl`
 * from `startTestServer`. `drop` cuts whoever is still connected.
 */
export async function createTestDatabase(serverUrl = process.env[TEST_SERVER_ENV]): Promise<TestDatabase> {
  if (!serverUrl) throw new Error(`${TEST_SERVER_ENV} is not set: only the vitest project "db" has a test server`);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  // PostgreSQL waits five seconds for autovacuum to leave the template, which is not always enough on a busy machine.
  for (const deadline = Date.now() + IN_USE_MS; ; ) {
    const create = `create database ${name} template ${TEMPLATE} strategy file_copy`;
    if (await administer(serverUrl, create).then(() => true, inUseUntil(deadline))) break;
  }
  return {
    url: databaseUrl(serverUrl, name),
    async drop() {
      const isInUse = inUseUntil(Number.POSITIVE_INFINITY);
      // One that somebody is slow to leave goes with the server.
      await administer(serverUrl, `drop database if exists ${name} with (force)`).catch(isInUse);
    },
  };
}

const IN_USE_MS = 60_000;

/** Passes over the error of a database that is in use, until then. */
function inUseUntil(deadline: number): (error: unknown) => false {
  return (error) => {
    if ((error as pg.DatabaseError).code !== "55006" || Date.now() > deadline) throw error;
    return false;
  };
}

/** Waits until some connection to the database stands before a lock that another one holds; `query` runs SQL in that database, outside of any transaction: within one, PostgreSQL shows who waits as it was when it was first asked. */
export async function untilBlocked(query: (sql: string) => Promise<{ waiting: number }[]>): Promise<void> {
  const sql =
    "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  const deadline = Date.now() + 25_000;
  while ((await query(sql))[0]?.waiting !== 1) {
    if (Date.now() > deadline) throw new Error("nobody waited for a lock within 25 seconds");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
