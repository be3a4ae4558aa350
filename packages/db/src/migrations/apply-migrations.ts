import { randomUUID } from "node:crypto";
import type pg from "pg";
import { StartupError } from "../startup-error.ts";
import { connectForStartup } from "./connect.ts";
import { MIGRATIONS_FOLDER, type MigrationFile, readMigrationFiles } from "./migration-files.ts";

/** The lock that Prisma's own tools take too, so they and we never migrate at the same time. */
const ADVISORY_LOCK = 72707369;
/** A migration that waits longer for a table than this is in the way of a running system. */
const LOCK_TIMEOUT = "60s";

/** The same table that Prisma's own tools keep. */
const BOOKKEEPING = `create table if not exists "_prisma_migrations" (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

export type ApplyMigrationsOptions = {
  /** Folder of `<name>/migration.sql`; the repository's own by default. */
  folder?: string;
  log?: (line: string) => void;
};

/**
 * Brings a database to the state of the migration files, each file whole or not at all; returns the names of those it
 * applied. Several processes may call it at once. Throws StartupError for a database that is out of reach or newer
 * than the files, a file that changed after it was applied, and a file that fails (nothing of it stays).
 */
export async function applyMigrations(
  url: string,
  options: ApplyMigrationsOptions = {},
): Promise<{ applied: string[] }> {
  const files = await readMigrationFiles(options.folder ?? MIGRATIONS_FOLDER);
  const client = await connectForStartup(url);
  try {
    await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    await takeLock(client);
    await client.query(`set client_min_messages = warning; ${BOOKKEEPING}`);
    const pending = pendingMigrations(files, await readApplied(client));
    for (const file of pending) {
      options.log?.(`Applying migration ${file.name}`);
      await applyOne(client, file);
    }
    return { applied: pending.map((file) => file.name) };
  } finally {
    await client.end(); // gives the lock back
  }
}

async function takeLock(client: pg.Client): Promise<void> {
  try {
    await client.query("select pg_advisory_lock($1)", [ADVISORY_LOCK]);
  } catch (cause) {
    if ((cause as pg.DatabaseError).code !== "55P03") throw cause;
    throw new StartupError(
      `Another process has been migrating the database for over ${LOCK_TIMEOUT}; try again later.`,
      {
        cause,
      },
    );
  }
}

type AppliedMigration = { name: string; checksum: string; finished: boolean };

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `select migration_name as name, checksum, finished_at is not null as finished
     from "_prisma_migrations" where rolled_back_at is null order by started_at`,
  );
  return rows;
}

/** The files not yet applied, in order. Throws StartupError if the database's past is not a part of the files. */
export function pendingMigrations(files: MigrationFile[], applied: AppliedMigration[]): MigrationFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const { name, checksum, finished } of applied) {
    const file = byName.get(name);
    if (!file) {
      throw new StartupError(
        `The database is newer than this Lyceum: it has the migration ${name}, which this version doesn't know; start the version that made it or restore a backup.`,
      );
    }
    if (!finished) {
      throw new StartupError(
        `The migration ${name} was begun by another tool and never finished; settle it with "prisma migrate resolve" or restore a backup.`,
      );
    }
    if (file.checksum !== checksum) {
      throw new StartupError(
        `The migration file ${name}/migration.sql was changed after it was applied; put the original back and write a new migration instead.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return files.filter(({ name }) => !done.has(name));
}

async function applyOne(client: pg.Client, file: MigrationFile): Promise<void> {
  try {
    await client.query("begin");
    await client.query(file.sql);
    await client.query(
      `insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), file.checksum, file.name],
    );
    await client.query("commit");
  } catch (cause) {
    await client.query("rollback").catch(() => undefined); // the connection itself may be what failed
    const { code, message } = cause as pg.DatabaseError;
    throw new StartupError(
      `The migration ${file.name} failed (${code ?? "no SQLSTATE"}: ${message}); nothing of it was applied.`,
      { cause },
    );
  }
}
