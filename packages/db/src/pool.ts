import pg from "pg";

export type DatabasePool = pg.Pool;

/** How long a statement of the request path may run before PostgreSQL cancels it. */
const STATEMENT_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * A bounded pool for the request path and other plain SQL. `url` may name a Unix socket (`?host=/path`).
 * Prepared statements keep their generic plan and nothing is compiled: for the batched statements planning costs more than running.
 */
export function createPool(url: string, max: number, onError: (error: Error) => void = () => undefined): DatabasePool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    options: `-c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
  });
  // Without a listener an idle connection that PostgreSQL closes would end the process; the next query opens another.
  pool.on("error", onError);
  return pool;
}
