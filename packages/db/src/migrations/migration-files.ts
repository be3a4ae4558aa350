import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StartupError } from "../startup-error.ts";

/** The repository's own migrations. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../../../prisma/migrations", import.meta.url));

/** The repository's Prisma schema. */
export const SCHEMA_FILE = fileURLToPath(new URL("../../../../prisma/schema.prisma", import.meta.url));

/** One migration: the name of its folder, its SQL, and the hex SHA-256 of the file as Prisma's tools compute it. */
export type MigrationFile = { name: string; sql: string; checksum: string };

/** All migrations of a folder in the order in which they apply (their names start with a time stamp). Throws StartupError for a folder without its file. */
export async function readMigrationFiles(folder: string = MIGRATIONS_FOLDER): Promise<MigrationFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name, "migration.sql")).catch((cause: unknown) => {
        throw new StartupError(`The migration folder ${name} has no readable migration.sql.`, { cause });
      });
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}
