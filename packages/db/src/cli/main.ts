import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { applyMigrations } from "../migrations/apply-migrations.ts";
import { SCHEMA_FILE } from "../migrations/migration-files.ts";
import { StartupError } from "../startup-error.ts";
import { generateClient, generateClientIfStale } from "./generate.ts";
import { newMigration } from "./new-migration.ts";
import { withDatabase } from "./with-database.ts";

const USAGE = `Usage: pnpm db COMMAND

  generate        make the database client from prisma/schema.prisma
  migrate         apply the migrations that the database lacks
  new NAME        write the next migration: what schema.prisma has and the migrations don't
  seed SCENARIO   fill the database with one of the scenarios of prisma/seed.ts

migrate and seed use DATABASE_URL if it is set, else the PostgreSQL in the data folder
(LYCEUM_DATA_DIR, ./data by default), which is started for the occasion if it isn't running.`;

const log = (line: string) => console.error(line);

/** Runs one command; resolves to the exit code. */
async function main([command, ...rest]: string[]): Promise<number> {
  const argument = rest[0];
  if (rest.length > 1 || (argument !== undefined && command !== "new" && command !== "seed")) return usage();
  switch (command) {
    case "generate":
      await generateClient();
      return 0;
    case "migrate":
      return await withDatabase(process.env, migrate, log);
    case "new":
      if (!argument) return usage();
      console.log(relative(process.cwd(), await newMigration(argument)));
      return 0;
    case "seed":
      if (!argument) return usage();
      return await withDatabase(process.env, (url) => seed(url, argument), log);
    default:
      return usage();
  }
}

function usage(): number {
  console.error(USAGE);
  return 2;
}

async function migrate(url: string): Promise<number> {
  const { applied } = await applyMigrations(url, { log });
  console.log(applied.length === 0 ? "Nothing to apply." : `Applied ${applied.length}: ${applied.join(", ")}`);
  return 0;
}

async function seed(url: string, scenario: string): Promise<number> {
  await generateClientIfStale(log);
  await applyMigrations(url, { log });
  // Loaded late: both import the client that was generated just now.
  const { createPrisma } = await import("../client.ts");
  const seedFile = new URL("./seed.ts", pathToFileURL(SCHEMA_FILE)).href;
  const module = (await import(seedFile)) as { seed(name: string, db: unknown): Promise<unknown> };
  const db = createPrisma(url);
  try {
    // The sign-ins it made, which nobody can read again later.
    console.log(JSON.stringify(await module.seed(scenario, db), null, 2));
    return 0;
  } finally {
    await db.$disconnect();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
