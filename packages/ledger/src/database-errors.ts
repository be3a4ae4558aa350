/**
 * Whether PostgreSQL understood the statement and refused what is in it (SQLSTATE classes 22, 23, P0, 42): then the same rows will
 * be refused again, and the one at fault must be found. Everything else (no connection, shutting down, time-out, deadlock) passes.
 */
export function isRefusedData(error: unknown): boolean {
  const code = sqlState(error);
  return code !== null && /^(?:22|23|42|P0)/.test(code);
}

/** The SQLSTATE of a database error, or null for an error that did not come from PostgreSQL. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}
