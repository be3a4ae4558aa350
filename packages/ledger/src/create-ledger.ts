import { AppError } from "@lyceum/domain";
import type pg from "pg";
import { BatchLane } from "./batch-lane.ts";
import { isRefusedData } from "./database-errors.ts";
import { type AdmitRow, runAdmit, runExtend, runRelease, runSettle, type SettleRow } from "./statements.ts";
import type { Admission, AdmissionRequest, Ledger, Refusal, Settlement, UsageDraft } from "./types.ts";

/** More in one statement saves little CPU and keeps its locks longer. */
const MAXIMUM_BATCH = 128;
const RETRY_FIRST_MS = 50;
const RETRY_LAST_MS = 1_000;

export type LedgerOptions = {
  readonly pool: pg.Pool;
  /** Id of this worker's row in the table worker: the sweeper goes by its heartbeat. */
  readonly workerId: string;
  /** IANA zone in which days, weeks and months of caps begin. */
  readonly timeZone: () => string;
  readonly log: (message: string, error: unknown) => void;
};

/**
 * The ledger of one worker: batches reservations and settlements into the database functions admit() and settle().
 * Two lanes each: the first skips accounts that somebody else has locked, the second waits for them, so that one locked account
 * holds up nobody else.
 */
export function createLedger({ pool, workerId, timeZone, log }: LedgerOptions): Ledger {
  let isClosing = false;
  const admitLane = (wait: boolean) =>
    new BatchLane<AdmissionRequest, AdmitRow>(
      (items) => runAdmit(pool, items, { workerId, timeZone: timeZone(), wait }),
      MAXIMUM_BATCH,
    );
  const settleLane = (wait: boolean) =>
    new BatchLane<UsageDraft, SettleRow>((items) => runSettle(pool, items, { wait }), MAXIMUM_BATCH);
  const lanes = {
    admit: admitLane(false),
    admitBusy: admitLane(true),
    settle: settleLane(false),
    settleBusy: settleLane(true),
  };
  const background = new Set<Promise<void>>();

  async function admit(request: AdmissionRequest): Promise<Admission> {
    if (isClosing) throw new AppError("overloaded", { detail: "the worker is shutting down", retryAfterMs: 1_000 });
    try {
      const row = await lanes.admit.add(request);
      return toAdmission(row.outcome === "busy" ? await lanes.admitBusy.add(request) : row);
    } catch (error) {
      // The reservation may have been made although its answer was lost: it must not stay while this worker lives.
      if (!isRefusedData(error)) inBackground(releaseLost(request.requestId));
      throw new AppError("database_unavailable", { cause: error, retryAfterMs: 2_000 });
    }
  }

  /** Repeats until the database has taken it: settle() is idempotent by request id. A row it refuses as data fails for good. */
  async function settle(draft: UsageDraft): Promise<Settlement> {
    for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_LAST_MS)) {
      try {
        const row = await lanes.settle.add(draft);
        return toSettlement(row.outcome === "busy" ? await lanes.settleBusy.add(draft) : row);
      } catch (error) {
        log(`settlement of ${draft.requestId} failed`, error);
        if (isRefusedData(error) || isClosing)
          throw new AppError("database_unavailable", { cause: error, retryAfterMs: 2_000 });
        await pause(delayMs);
      }
    }
  }

  async function releaseLost(requestId: string): Promise<void> {
    for (let delayMs = RETRY_FIRST_MS; !isClosing; delayMs = Math.min(delayMs * 2, RETRY_LAST_MS)) {
      try {
        return await runRelease(pool, [requestId]);
      } catch (error) {
        log(`release of ${requestId} failed`, error);
        await pause(delayMs);
      }
    }
  }

  function inBackground(work: Promise<void>): void {
    background.add(work);
    void work.finally(() => background.delete(work));
  }

  async function close(limitMs: number): Promise<void> {
    const idle = Promise.all([...Object.values(lanes).map((lane) => lane.whenIdle()), ...background]);
    await Promise.race([idle, pause(limitMs)]);
    isClosing = true;
  }

  return { admit, extend: (requestId, amountNanos) => runExtend(pool, requestId, amountNanos), settle, close };
}

function toAdmission(row: AdmitRow): Admission {
  if (row.outcome === "admitted") {
    return { admitted: true, grantedNanos: BigInt(row.granted_nanos), admittedAt: row.admitted_at };
  }
  if (row.outcome === "busy") throw new Error("admit() answered busy although it waited");
  return { admitted: false, refusal: row.outcome as Refusal, availableNanos: BigInt(row.available_nanos ?? 0) };
}

function toSettlement(row: SettleRow): Settlement {
  if (row.outcome === "busy") throw new Error("settle() answered busy although it waited");
  return {
    outcome: row.outcome as Settlement["outcome"],
    chargeNanos: BigInt(row.charge_nanos),
    uncollectedNanos: BigInt(row.uncollected_nanos),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
