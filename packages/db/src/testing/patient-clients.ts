import { createPrisma, type Db } from "../client.ts";
import { createPool, type DatabasePool } from "../pool.ts";

/**
 * Tests ask for much at once on a machine that has other things to do, and how long that takes is not what they test: with the time-outs that
 * guard the request path they would fail on a machine that is slow enough. As long as a test may take.
 */
const PATIENCE_MS = 60_000;

/** As createPool, with time for a busy machine. */
export function createPatientPool(url: string, max: number): DatabasePool {
  return createPool(url, max, undefined, { connectMs: PATIENCE_MS, statementMs: PATIENCE_MS });
}

/** As createPrisma, with time for a busy machine. */
export function createPatientPrisma(url: string, poolSize = 8): Db {
  return createPrisma(url, poolSize, { connectMs: PATIENCE_MS, transactionMs: PATIENCE_MS });
}
