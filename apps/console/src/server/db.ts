import "server-only";
import { createPrisma, type Db } from "@lyceum/db";
import { getEnv } from "./env.ts";

export type { Db, Tx } from "@lyceum/db";

// On globalThis, because `next dev` loads this module again at each change and would open a pool each time.
const holder = globalThis as typeof globalThis & { lyceumDb?: Db };

/** The one Prisma client of this process, opened at the first use. */
export function getDb(): Db {
  holder.lyceumDb ??= createPrisma(getEnv().DATABASE_URL);
  return holder.lyceumDb;
}
