import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diffMigrations } from "../migrations/diff-migrations.ts";
import { MIGRATIONS_FOLDER } from "../migrations/migration-files.ts";
import { StartupError } from "../startup-error.ts";
import { startTestServer } from "../testing/test-server.ts";

/**
 * Writes the migration that leads from the existing ones to schema.prisma, as `<time stamp>_<name>/migration.sql`.
 * Where nothing differs the file is empty but for a comment: a place for hand-written SQL. Returns the file's path.
 */
export async function newMigration(name: string, now = new Date()): Promise<string> {
  if (!/^[a-z0-9][a-z0-9_]{0,80}$/.test(name)) {
    throw new StartupError(`"${name}" is no name for a migration: use small letters, digits and underscores.`);
  }
  const server = await startTestServer({ migrate: false });
  try {
    const sql = await diffMigrations({ url: server.url });
    const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
    const folder = join(MIGRATIONS_FOLDER, `${stamp}_${name}`);
    await mkdir(folder);
    const file = join(folder, "migration.sql");
    await writeFile(file, sql ? `${sql}\n` : "-- schema.prisma asks for nothing new; write the SQL here.\n", {
      flag: "wx",
    });
    return file;
  } finally {
    await server.stop();
  }
}
