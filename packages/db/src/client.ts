import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";

/** A Prisma client: for pages, the command line and everything off the request path. */
export type Db = PrismaClient;
/** A transaction of it; query functions take either. */
export type Tx = Prisma.TransactionClient;

/** Opens a client. `poolSize` stays small: PostgreSQL's connections are shared with the gateway's workers. */
export function createPrisma(url: string, poolSize = 8): Db {
  const adapter = new PrismaPg({ connectionString: url, max: poolSize, connectionTimeoutMillis: 5_000 });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 5_000, timeout: 15_000 } });
}
