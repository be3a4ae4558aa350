import pg from "pg";

export type DatabasePool = pg.Pool;

export type PoolPatience = {
  /** How long whoever asks waits for a connection, a new one or one that others have in use. */
  readonly connectMs: number;
  /** How long a statement may run before PostgreSQL cancels it. */
  readonly statementMs: number;
};

/** That of the request path: whoever waits for longer is better told so. */
const PATIENCE: PoolPatience = { connectMs: 3_000, statementMs: 10_000 };

/**
 * Prepared statements keep their generic plan, made once for each connection, often while the tables are still empty, and nothing is
 * compiled: for the batched statements planning costs more than running. They look rows up by key, so nothing but index lookups is ever
 * right, and a plan that scans a table of ten rows would scan it at ten million.
 */
const PLANNER = [
  ...["plan_cache_mode=force_generic_plan", "jit=off"],
  ...["enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off", "enable_bitmapscan=off"],
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/**
 * A bounded pool for the request path and other plain SQL. `url` may name a Unix socket (`?host=/path`).
 */
export function createPool(
  url: string,
  max: number,
  onError: (error: Error) => void = () => undefined,
  { connectMs, statementMs } = PATIENCE,
): DatabasePool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    query_timeout: statementMs + 2_000,
    options: `${PLANNER} -c statement_timeout=${statementMs}`,
  });
  // Without a listener an idle connection that PostgreSQL closes would end the process; the next query opens another.
  pool.on("error", onError);
  return pool;
}
