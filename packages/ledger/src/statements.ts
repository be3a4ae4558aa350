import type pg from "pg";
import type { ItemResult } from "./batch-lane.ts";
import { isRefusedData } from "./database-errors.ts";
import type { AdmissionRequest, UsageDraft } from "./types.ts";
import { usageRow } from "./usage-row.ts";

/** A row that admit() returned. */
export type AdmitRow = {
  request_id: string;
  outcome: string;
  granted_nanos: string;
  available_nanos: string | null;
  admitted_at: Date;
};

/** A row that settle() returned. */
export type SettleRow = { request_id: string; outcome: string; charge_nanos: string; uncollected_nanos: string };

type Queryable = Pick<pg.Pool, "query">;

/** Runs admit() on a batch. `wait`: wait for locked accounts instead of answering `busy`. */
export async function runAdmit(
  pool: Queryable,
  items: readonly AdmissionRequest[],
  options: { workerId: string; timeZone: string; wait: boolean },
): Promise<readonly ItemResult<AdmitRow>[]> {
  return oneByOneIfRefused(items, async (batch) => {
    const rows = batch.map((item) => ({
      request_id: item.requestId,
      account_id: item.accountId,
      key_id: item.keyId,
      key_version: item.keyVersion,
      input_nanos: item.inputNanos.toString(),
      output_nanos: item.outputNanos.toString(),
      minimum_nanos: item.minimumNanos.toString(),
      draft: usageRow(item.draft),
    }));
    const result = await pool.query<AdmitRow>({
      name: "admit",
      text: "select * from admit($1::json, $2::uuid[], $3::uuid[], $4::uuid, $5, $6)",
      values: [JSON.stringify(rows), ...lockedIds(batch), options.workerId, options.timeZone, options.wait],
    });
    return inOrder(batch, result.rows);
  });
}

/** Runs settle() on a batch. */
export async function runSettle(
  pool: Queryable,
  items: readonly UsageDraft[],
  options: { wait: boolean },
): Promise<readonly ItemResult<SettleRow>[]> {
  return oneByOneIfRefused(items, async (batch) => {
    const result = await pool.query<SettleRow>({
      name: "settle",
      text: "select * from settle($1::json, $2::uuid[], $3::uuid[], $4)",
      values: [JSON.stringify(batch.map(usageRow)), ...lockedIds(batch), options.wait],
    });
    return inOrder(batch, result.rows);
  });
}

/** Runs extend_reservation(). */
export async function runExtend(pool: Queryable, requestId: string, amountNanos: bigint): Promise<bigint> {
  const { rows } = await pool.query<{ added: string }>({
    name: "extend",
    text: "select extend_reservation($1::uuid, $2::bigint) as added",
    values: [requestId, amountNanos.toString()],
  });
  return BigInt(rows[0]?.added ?? 0);
}

/** Gives back reservations that nobody will use; true once the database has said so. */
export async function runRelease(pool: Queryable, requestIds: readonly string[]): Promise<void> {
  await pool.query({ name: "release", text: "select release($1::uuid[])", values: [requestIds] });
}

function lockedIds(batch: readonly { accountId: string; keyId: string | null }[]): [string[], string[]] {
  const accounts = new Set<string>();
  const keys = new Set<string>();
  for (const item of batch) {
    accounts.add(item.accountId);
    if (item.keyId !== null) keys.add(item.keyId);
  }
  return [[...accounts], [...keys]];
}

function inOrder<Row extends { request_id: string }>(
  batch: readonly { requestId: string }[],
  rows: readonly Row[],
): ItemResult<Row>[] {
  const byId = new Map<string, Row>();
  // A request that stands twice in a batch is done once; the first answer says what was done.
  for (const row of rows) if (!byId.has(row.request_id)) byId.set(row.request_id, row);
  return batch.map((item) => {
    const value = byId.get(item.requestId);
    return value === undefined ? { error: new Error(`no answer for request ${item.requestId}`) } : { value };
  });
}

/** A batch that the database refuses is cut in halves until the row at fault stands alone: it fails, and no other does. */
async function oneByOneIfRefused<Item, Row>(
  items: readonly Item[],
  run: (batch: readonly Item[]) => Promise<readonly ItemResult<Row>[]>,
): Promise<readonly ItemResult<Row>[]> {
  try {
    return await run(items);
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    if (items.length === 1) return [{ error }];
    const middle = items.length >> 1;
    const first = await oneByOneIfRefused(items.slice(0, middle), run);
    return [...first, ...(await oneByOneIfRefused(items.slice(middle), run))];
  }
}
