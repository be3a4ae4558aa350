import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";

/** A Prisma client: for pages, the command line and everything off the request path. */
export type Db = PrismaClient;
/** A transaction of it; query functions take either. */
export type Tx = Prisma.TransactionClient;

/** How long an act waits for a connection, or one of the pool, and how long it may take: a crowded machine is slow, not broken. */
const CONNECT_WAIT_MS = 15_000;
const TRANSACTION_MS = 30_000;

/** Opens a client. `poolSize` stays small: PostgreSQL's connections are shared with the gateway's workers. */
export function createPrisma(url: string, poolSize = 8): Db {
  const adapter = new PrismaPg({ connectionString: url, max: poolSize, connectionTimeoutMillis: CONNECT_WAIT_MS });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: CONNECT_WAIT_MS, timeout: TRANSACTION_MS } });
}
