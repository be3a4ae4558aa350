import { randomUUID } from "node:crypto";
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
  await administer(serverUrl, `create database ${name} template ${TEMPLATE} strategy file_copy`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => administer(serverUrl, `drop database if exists ${name} with (force)`),
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
