import type pg from "pg";
import type { ItemResult } from "./batch-lane.ts";
import { admissionRow } from "./booking-rows.ts";
import { isRefusedData } from "./database-errors.ts";
import { memberMeterId } from "./meter-ids.ts";
import type { AdmissionRequest } from "./types.ts";

/** One item of a batch: a request that begins, or one that has ended, as the JSON of its usage record. */
export type BookItem =
  | { readonly kind: "admit"; readonly request: AdmissionRequest }
  | {
      readonly kind: "settle";
      readonly requestId: string;
      readonly accountId: string;
      readonly keyId: string | null;
      readonly groupId: string;
      readonly row: string;
    };

/** A row that book() returned; see the type `booking` in the migrations. */
export type Booking = {
  request_id: string;
  outcome: string;
  amount_nanos: string;
  rest_nanos: string;
  scope: string | null;
  limit_value: string | null;
  wait_ms: string | null;
  rpm_limit: number | null;
  rpm_left: number | null;
  tpm_limit: string | null;
  tpm_left: string | null;
};

type Queryable = Pick<pg.Pool, "query">;

/** Runs book() on a batch, and returns a result for each item, in order. `wait`: wait for locked accounts instead of answering `busy`. */
export async function runBook(
  pool: Queryable,
  items: readonly BookItem[],
  options: { workerId: string; wait: boolean },
): Promise<readonly ItemResult<Booking>[]> {
  return oneByOneIfRefused(items, async (batch) => {
    const admissions: string[] = [];
    const settlements: string[] = [];
    const accounts = new Set<string>();
    const paying = new Set<string>();
    const meters = new Set<string>();
    for (const item of batch) {
      const { accountId, keyId, groupId } = item.kind === "admit" ? item.request : item;
      accounts.add(accountId);
      if (keyId !== null) meters.add(keyId);
      meters.add(memberMeterId(accountId, groupId));
      if (item.kind === "admit") admissions.push(admissionRow(item.request));
      else {
        settlements.push(item.row);
        paying.add(accountId);
      }
    }
    const { rows } = await pool.query<Booking>({
      name: "book",
      text: "select * from book($1::json, $2::json, $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid, $7)",
      values: [
        settlements.length === 0 ? null : `[${settlements.join(",")}]`,
        admissions.length === 0 ? null : `[${admissions.join(",")}]`,
        `{${[...accounts].join(",")}}`,
        `{${[...paying].join(",")}}`,
        `{${[...accounts, ...meters].join(",")}}`,
        options.workerId,
        options.wait,
      ],
    });
    return inOrder(batch, rows);
  });
}

/** Opens the meters that a request needs, after book() answered `stale`. */
export async function runOpenMeters(pool: Queryable, request: AdmissionRequest, timeZone: string): Promise<void> {
  await pool.query({
    name: "open-meters",
    text: "select open_meters($1::uuid, $2::uuid, $3, $4)",
    values: [request.accountId, request.keyId, request.groupId, timeZone],
  });
}

/** Runs extend_reservation(). */
export async function runExtend(
  pool: Queryable,
  requestId: string,
  amountNanos: bigint,
  timeZone: string,
): Promise<bigint> {
  const { rows } = await pool.query<{ added: string }>({
    name: "extend",
    text: "select extend_reservation($1::uuid, $2::bigint, $3) as added",
    values: [requestId, amountNanos.toString(), timeZone],
  });
  return BigInt(rows[0]?.added ?? 0);
}

/** Gives back reservations that nobody will use; resolves once the database has done so. */
export async function runRelease(pool: Queryable, requestIds: readonly string[]): Promise<void> {
  await pool.query({ name: "release", text: "select release($1::uuid[])", values: [requestIds] });
}

/**
 * book() answers in no particular order. A request never begins and ends in one batch; one that ends twice in it is settled once, and every
 * other answer about it says `duplicate`.
 */
function inOrder(batch: readonly BookItem[], rows: readonly Booking[]): ItemResult<Booking>[] {
  const byId = new Map<string, Booking>();
  for (const row of rows) {
    const known = byId.get(row.request_id);
    if (known === undefined || known.outcome === "duplicate") byId.set(row.request_id, row);
  }
  return batch.map((item) => {
    const id = item.kind === "admit" ? item.request.requestId : item.requestId;
    const value = byId.get(id);
    return value === undefined ? { error: new Error(`no answer for request ${id}`) } : { value };
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
