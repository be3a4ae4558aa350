import type { Db, Tx } from "./client.ts";
import { Prisma } from "./generated/client.ts";

/** Runs acts in one transaction: a new one for a client, the caller's own for a transaction. */
export function inTransaction<T>(db: Db | Tx, run: (tx: Tx) => Promise<T>): Promise<T> {
  return isClient(db) ? db.$transaction(run) : run(db);
}

function isClient(db: Db | Tx): db is Db {
  return "$connect" in db && typeof db.$connect === "function";
}

/** Whether a write failed because another row holds the same unique value. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}
