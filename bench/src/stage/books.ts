import { cliJson } from "@lyceum/e2e/system";
import pg from "pg";

/** The whole books, as sums over every row. */
export type Sums = {
  readonly records: number;
  readonly finishedRecords: number;
  readonly costNanos: bigint;
  readonly chargeNanos: bigint;
  /** What the ledger's charge entries took, as a positive sum. */
  readonly ledgerNanos: bigint;
  readonly openReservations: number;
  /** Calls that the demo upstream has seen. */
  readonly received: number;
};

type SumsRow = { records: number; finished: number; cost: string; charge: string; ledger: string; open: number };

/** Reads the books of a running system in one snapshot, and the upstream's own count. */
export async function readSums(databaseUrl: string, upstreamUrl: string): Promise<Sums> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<SumsRow>(`select
      u.records, u.finished, u.cost::text, u.charge::text, l.ledger::text, v.open
      from (select count(*)::int as records, count(*) filter (where outcome = 'finished')::int as finished,
          coalesce(sum(cost_nanos), 0) as cost, coalesce(sum(charge_nanos), 0) as charge from usage_record) u,
        (select coalesce(-sum(amount_nanos), 0) as ledger from ledger_entry where kind = 'charge') l,
        (select count(*)::int as open from reservation) v`);
    const row = rows[0];
    if (row === undefined) throw new Error("the sums of the books are missing");
    const count = (await (await fetch(`${upstreamUrl}/__demo/count`)).json()) as { received: number };
    return {
      records: row.records,
      finishedRecords: row.finished,
      costNanos: BigInt(row.cost),
      chargeNanos: BigInt(row.charge),
      ledgerNanos: BigInt(row.ledger),
      openReservations: row.open,
      received: count.received,
    };
  } finally {
    await client.end();
  }
}

/** What differs from: every request sent has one record, reached the upstream once, and was charged: `due` all together. Empty: nothing. */
export function findMismatches(before: Sums, after: Sums, sent: number, due: bigint): string[] {
  const compared: [string, number | bigint, number | bigint][] = [
    ["requests that the upstream received", sent, after.received - before.received],
    ["usage records", sent, after.records - before.records],
    ["finished usage records", sent, after.finishedRecords - before.finishedRecords],
    ["cost of the usage records in nanos", due, after.costNanos - before.costNanos],
    ["charges of the usage records in nanos", due, after.chargeNanos - before.chargeNanos],
    ["charge entries of the ledger in nanos", due, after.ledgerNanos - before.ledgerNanos],
    ["open reservations", 0, after.openReservations],
  ];
  return compared
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => `${what}: ${found}, not ${expected}`);
}

/** `lyceum ledger verify`; throws where anything differs. */
export async function verifyBooks(dataDir: string, records: number): Promise<void> {
  const report = await cliJson<{ ok: boolean; usageRecords: number }>(dataDir, ["ledger", "verify"]);
  if (!report.ok || report.usageRecords !== records) {
    throw new Error(`ledger verify: ok ${report.ok}, ${report.usageRecords} usage records, not ${records}`);
  }
}
