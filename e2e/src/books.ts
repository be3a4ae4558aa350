import pg from "pg";
import { cliJson } from "./system.ts";

export type Report = { ok: boolean; usageRecords: number; differences: unknown[] };

/** Adds the books up again, as `pnpm lyceum ledger verify` does. */
export function verify(dataDir: string): Promise<Report> {
  return cliJson<Report>(dataDir, ["ledger", "verify"]);
}

/** Looks into the database of a running system. */
export async function look<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
