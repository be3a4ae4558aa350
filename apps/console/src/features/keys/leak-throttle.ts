import "server-only";
import { AppError } from "@lyceum/domain";

const MOST_PER_MINUTE = 20;
const MINUTE_MS = 60_000;
/** More browsers than these within a minute share one count, so that memory stays small. */
const MOST_BROWSERS = 10_000;

let counts = new Map<string, number>();
let startedAt = 0;

/**
 * Counts a report of this browser; one without a cookie shares its count with its like. By browser, never by address: a campus sits behind a few.
 * Mild, because a report costs little and guessing a key is hopeless. Throws `rpm_exceeded`.
 */
export function takeLeakReport(deviceId: string, now = Date.now()): void {
  if (now - startedAt >= MINUTE_MS) {
    counts = new Map();
    startedAt = now;
  }
  const slot = counts.has(deviceId) || counts.size < MOST_BROWSERS ? deviceId : "";
  const count = (counts.get(slot) ?? 0) + 1;
  counts.set(slot, count);
  if (count <= MOST_PER_MINUTE) return;
  const retryAfterMs = startedAt + MINUTE_MS - now;
  throw new AppError("rpm_exceeded", {
    retryAfterMs,
    parameters: {
      ...{ scope_zh: "这个浏览器", scope_en: "This browser", limit: MOST_PER_MINUTE },
      seconds: Math.ceil(retryAfterMs / 1_000),
    },
  });
}
