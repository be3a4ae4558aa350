import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";

/** A Prisma client: for pages, the command line and everything off the request path. */
export type Db = PrismaClient;
/** A transaction of it; query functions take either. */
export type Tx = Prisma.TransactionClient;

export type ClientPatience = {
  /** How long whoever asks waits for a connection, a new one or one that others have in use. */
  readonly connectMs: number;
  /** How long a transaction may take, unless it says otherwise. */
  readonly transactionMs: number;
};

/** A crowded machine is slow, not broken. */
const PATIENCE: ClientPatience = { connectMs: 15_000, transactionMs: 30_000 };

/** Opens a client. `poolSize` stays small: PostgreSQL's connections are shared with the gateway's workers. */
export function createPrisma(url: string, poolSize = 8, { connectMs, transactionMs } = PATIENCE): Db {
  const adapter = new PrismaPg({ connectionString: url, max: poolSize, connectionTimeoutMillis: connectMs });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: connectMs, timeout: transactionMs } });
}
