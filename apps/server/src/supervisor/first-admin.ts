import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The first admin's sign-in; the password is shown once and stored only as a hash. */
export type OneTimeSignIn = { studentId: string; password: string };

/**
 * Creates the first admin in a database that has none; null where there is one already.
 * Looks only once for each database: loading the database client would cost every later start its time and memory.
 */
export async function firstAdmin(databaseUrl: string, dataDir: string): Promise<OneTimeSignIn | null> {
  const marker = join(dataDir, "first-admin");
  const database = createHash("sha256").update(databaseUrl).digest("hex");
  const seen = await readFile(marker, "utf8").catch(() => ""); // the first start on this folder
  if (seen === database) return null;
  // Loaded late: on a fresh checkout the database client was generated only a moment ago.
  const { createFirstAdmin, createPrisma } = await import("@lyceum/db");
  const db = createPrisma(databaseUrl, 1);
  try {
    const signIn = await createFirstAdmin(db);
    await writeFile(marker, database, { mode: 0o600 });
    return signIn;
  } finally {
    await db.$disconnect();
  }
}
