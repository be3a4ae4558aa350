import type pg from "pg";
import { isRefusedData } from "./database-errors.ts";
import type { Delivery, SpoolEntry } from "./spool.ts";
import { type BookItem, type Booking, runRelease } from "./statements.ts";

/**
 * A statement whose connection broke may still be at work behind it, at most for its time limit: a reservation is given back at once, and
 * once more when nothing can come any more.
 */
const RELEASE_AGAIN_MS = 15_000;

/** Tells the database what stands in the spool. `book` is the ledger's way to book one item. */
export async function deliverSpool(
  entries: readonly SpoolEntry[],
  book: (item: BookItem) => Promise<Booking>,
  pool: Pick<pg.Pool, "query">,
  log: (message: string, error: unknown) => void,
): Promise<Delivery[]> {
  const releases = entries.filter((entry) => entry.kind === "release");
  const released = await deliverReleases(releases, pool, log);
  return Promise.all(
    entries.map(async (entry): Promise<Delivery> => {
      if (entry.kind === "release") {
        return released && Date.now() - entry.since >= RELEASE_AGAIN_MS ? "done" : "later";
      }
      try {
        const { outcome } = await book(entry);
        return outcome === "busy" ? "later" : "done";
      } catch (error) {
        if (!isRefusedData(error)) return "later";
        log(`the database refuses the settlement of ${entry.requestId}; it stands in refused.jsonl`, error);
        return "refused";
      }
    }),
  );
}

async function deliverReleases(
  releases: readonly SpoolEntry[],
  pool: Pick<pg.Pool, "query">,
  log: (message: string, error: unknown) => void,
): Promise<boolean> {
  if (releases.length === 0) return true;
  try {
    await runRelease(
      pool,
      releases.map((entry) => entry.requestId),
    );
    return true;
  } catch (error) {
    log(`${releases.length} reservations could not be given back yet`, error);
    return false;
  }
}
