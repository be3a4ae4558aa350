import { AppError } from "@lyceum/domain";
import type pg from "pg";
import { BatchLane } from "./batch-lane.ts";
import { usageRow } from "./booking-rows.ts";
import { isRefusedData } from "./database-errors.ts";
import { KeyUse } from "./key-use.ts";
import { Spool, type SpoolEntry } from "./spool.ts";
import { deliverSpool } from "./spool-delivery.ts";
import { type BookItem, type Booking, runBook, runExtend, runOpenMeters } from "./statements.ts";
import type {
  Admission,
  AdmissionRequest,
  Ledger,
  LimitScope,
  Rates,
  Refusal,
  Settlement,
  UsageDraft,
} from "./types.ts";

/** More in one statement saves little CPU and keeps its locks longer. */
const MAXIMUM_BATCH = 128;
const SETTLE_LIMIT_MS = 3_000;
/** How often the meters of a request may turn out to be stale. */
const MAXIMUM_OPENINGS = 3;

export type LedgerOptions = {
  readonly pool: pg.Pool;
  /** Id of this worker's row in the table worker: the sweeper goes by its heartbeat. */
  readonly workerId: string;
  /** IANA zone in which days, weeks and months of caps begin. */
  readonly timeZone: () => string;
  /** Folder of the spool, shared by the workers of a server. */
  readonly spoolFolder: string;
  /** A settlement that the database has not taken by then goes to the spool: the client does not wait for it any longer. */
  readonly settleLimitMs?: number;
  readonly log: (message: string, error: unknown) => void;
};

/**
 * The ledger of one worker: whatever waits, requests that begin and requests that have ended, goes to the database function book() in one
 * round trip, the next batch leaving after the last one is back. Two lanes: the first skips accounts that somebody else has locked, the
 * second waits for them, so that one locked account holds up nobody else. What can't be told to the database goes to the spool.
 */
export function createLedger(options: LedgerOptions): Ledger {
  const { pool, workerId, timeZone, spoolFolder, settleLimitMs = SETTLE_LIMIT_MS, log } = options;
  let isClosing = false;
  const lane = (wait: boolean) =>
    new BatchLane<BookItem, Booking>((items) => runBook(pool, items, { workerId, wait }), MAXIMUM_BATCH);
  const open = lane(false);
  const busy = lane(true);
  const spool = new Spool({
    folder: spoolFolder,
    workerId,
    deliver: (entries) => deliverSpool(entries, book, pool, log),
    log,
  });
  const keyUse = new KeyUse(pool, log);
  const background = new Set<Promise<void>>();

  async function book(item: BookItem): Promise<Booking> {
    const booking = await open.add(item);
    return booking.outcome === "busy" ? await busy.add(item) : booking;
  }

  async function admit(request: AdmissionRequest): Promise<Admission> {
    if (isClosing) throw new AppError("overloaded", { detail: "the worker is shutting down", retryAfterMs: 1_000 });
    try {
      for (let openings = 0; ; openings++) {
        const booking = await book({ kind: "admit", request });
        if (booking.outcome !== "stale") return toAdmission(booking);
        if (openings === MAXIMUM_OPENINGS) throw new Error("the meters of a request stay stale");
        await runOpenMeters(pool, request, timeZone());
      }
    } catch (error) {
      // The reservation may have been made although its answer was lost: it must not stay.
      if (!isRefusedData(error))
        inBackground(keep({ kind: "release", requestId: request.requestId, since: Date.now() }));
      throw new AppError("database_unavailable", { cause: error, retryAfterMs: 2_000 });
    }
  }

  async function settle(draft: UsageDraft): Promise<Settlement> {
    const { requestId, accountId, keyId, groupId } = draft;
    const ended = { kind: "settle", requestId, accountId, keyId, groupId, row: usageRow(draft) } as const;
    keyUse.note(draft);
    try {
      const booking = await withLimit(book(ended), settleLimitMs);
      return toSettlement(booking);
    } catch (error) {
      log(`settlement of ${requestId} goes to the spool`, error);
      // Also what the database refuses as data: the spool tries it once more, then sets it aside for people.
      await spool.write(ended);
      return { outcome: "spooled", chargeNanos: 0n, uncollectedNanos: 0n };
    }
  }

  async function keep(entry: SpoolEntry): Promise<void> {
    try {
      await spool.write(entry);
    } catch (error) {
      log(`the spool could not take ${entry.kind} of ${entry.requestId}`, error);
    }
  }

  function inBackground(work: Promise<void>): void {
    background.add(work);
    void work.finally(() => background.delete(work));
  }

  async function close(limitMs: number): Promise<void> {
    const idle = Promise.all([open.whenIdle(), busy.whenIdle(), ...background]);
    await Promise.race([idle, pause(limitMs)]);
    isClosing = true;
    await keyUse.flush();
    await spool.close();
  }

  const extend = (requestId: string, amountNanos: bigint) => runExtend(pool, requestId, amountNanos, timeZone());

  return { admit, extend, settle, close };
}

function toAdmission(row: Booking): Admission {
  const rates = ratesOf(row);
  if (row.outcome === "admitted") {
    return { admitted: true, grantedNanos: BigInt(row.amount_nanos), rates };
  }
  if (row.outcome === "busy") throw new Error("book() answered busy although it waited");
  const failed =
    row.scope === null
      ? null
      : {
          scope: row.scope as LimitScope,
          limit: BigInt(row.limit_value ?? 0),
          waitMs: row.wait_ms === null ? null : Number(row.wait_ms),
        };
  const refusal = row.outcome as Refusal;
  const nextAllowanceInMs = refusal === "insufficient_balance" && row.wait_ms !== null ? Number(row.wait_ms) : null;
  return { admitted: false, refusal, availableNanos: BigInt(row.rest_nanos), failed, nextAllowanceInMs, rates };
}

function ratesOf(row: Booking): Rates {
  return {
    requests: row.rpm_limit === null ? null : { limit: row.rpm_limit, left: row.rpm_left ?? 0 },
    tokens: row.tpm_limit === null ? null : { limit: Number(row.tpm_limit), left: Number(row.tpm_left) },
  };
}

function toSettlement(row: Booking): Settlement {
  if (row.outcome === "busy") throw new Error("book() answered busy although it waited");
  return {
    outcome: row.outcome as Settlement["outcome"],
    chargeNanos: BigInt(row.amount_nanos),
    uncollectedNanos: BigInt(row.rest_nanos),
  };
}

/** The work's result, or an error once the time is up; the work goes on, and what it comes to then interests nobody. */
function withLimit<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the database did not answer within ${limitMs} ms`)), limitMs);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
