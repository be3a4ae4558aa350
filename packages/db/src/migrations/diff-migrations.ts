import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { applyMigrations } from "./apply-migrations.ts";
import { connectForStartup } from "./connect.ts";
import { MIGRATIONS_FOLDER, SCHEMA_FILE } from "./migration-files.ts";
import { diffDatabase } from "./schema-engine.ts";

export type DiffMigrationsOptions = {
  /** A PostgreSQL where a scratch database may be made; nothing else there is touched. */
  url: string;
  folder?: string;
  schemaFile?: string;
};

/**
 * What the migration files still lack to give the tables of schema.prisma: SQL, or empty when they agree. Functions,
 * triggers, check constraints and the like, which a Prisma schema can't express, are no difference.
 */
export async function diffMigrations(options: DiffMigrationsOptions): Promise<string> {
  const schema = await readFile(options.schemaFile ?? SCHEMA_FILE, "utf8");
  const scratch = `lyceum_scratch_${randomUUID().replaceAll("-", "")}`;
  const admin = await connectForStartup(options.url);
  try {
    await admin.query(`create database ${scratch}`);
    const url = new URL(options.url);
    url.pathname = `/${scratch}`;
    await applyMigrations(url.href, { folder: options.folder ?? MIGRATIONS_FOLDER });
    return await diffDatabase(url.href, schema);
  } finally {
    await admin.query(`drop database if exists ${scratch} with (force)`);
    await admin.end();
  }
}
