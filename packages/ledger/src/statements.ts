import type pg from "pg";
import type { ItemResult } from "./batch-lane.ts";
import { admissionRow } from "./booking-rows.ts";
import { isRefusedData } from "./database-errors.ts";
import type { AdmissionRequest } from "./types.ts";

/** One item of a batch: a request that begins, or one that has ended, as the JSON of its usage record. */
export type BookItem =
  | { readonly kind: "admit"; readonly request: AdmissionRequest }
  | { readonly kind: "settle"; readonly accountId: string; readonly row: string };

/** A row that book() returned; see the type `booking` in the migrations. */
export type Booking = {
  place: number;
  outcome: string;
  amount_nanos: string;
  rest_nanos: string;
  moment: Date;
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
  options: { workerId: string; timeZone: string; wait: boolean },
): Promise<readonly ItemResult<Booking>[]> {
  return oneByOneIfRefused(items, async (batch) => {
    const admissions: string[] = [];
    const settlements: string[] = [];
    const accounts = new Set<string>();
    const paying = new Set<string>();
    for (const item of batch) {
      if (item.kind === "admit") {
        admissions.push(admissionRow(item.request));
        accounts.add(item.request.accountId);
      } else {
        settlements.push(item.row);
        accounts.add(item.accountId);
        paying.add(item.accountId);
      }
    }
    const { rows } = await pool.query<Booking>({
      name: "book",
      text: "select * from book($1::json, $2::json, $3::uuid[], $4::uuid[], $5::uuid, $6, $7)",
      values: [
        settlements.length === 0 ? null : `[${settlements.join(",")}]`,
        admissions.length === 0 ? null : `[${admissions.join(",")}]`,
        `{${[...accounts].join(",")}}`,
        `{${[...paying].join(",")}}`,
        options.workerId,
        options.timeZone,
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
export async function runExtend(pool: Queryable, requestId: string, amountNanos: bigint): Promise<bigint> {
  const { rows } = await pool.query<{ added: string }>({
    name: "extend",
    text: "select extend_reservation($1::uuid, $2::bigint) as added",
    values: [requestId, amountNanos.toString()],
  });
  return BigInt(rows[0]?.added ?? 0);
}

/** Gives back reservations that nobody will use; resolves once the database has done so. */
export async function runRelease(pool: Queryable, requestIds: readonly string[]): Promise<void> {
  await pool.query({ name: "release", text: "select release($1::uuid[])", values: [requestIds] });
}

/** book() numbers settlements 1, 2, … and admissions -1, -2, …, each in the order they were given. */
function inOrder(batch: readonly BookItem[], rows: readonly Booking[]): ItemResult<Booking>[] {
  const settlements: Booking[] = [];
  const admissions: Booking[] = [];
  for (const row of rows) {
    if (row.place > 0) settlements[row.place - 1] = row;
    else admissions[-row.place - 1] = row;
  }
  let settled = 0;
  let admitted = 0;
  return batch.map(({ kind }) => {
    const value = kind === "settle" ? settlements[settled++] : admissions[admitted++];
    return value === undefined ? { error: new Error(`no answer for an item to ${kind}`) } : { value };
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
