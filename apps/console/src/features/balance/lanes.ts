import type { CreditRow } from "@lyceum/db";

export interface Lane {
  credit: CreditRow;
  /** Where its bar ends, 0 to 1 of the time axis; 1 for what has no end. */
  end: number;
}

export interface Tick {
  at: Date;
  /** 0 to 1 of the time axis. */
  place: number;
  kind: "now" | "month" | "last";
}

const dayMs = 86_400_000;
/** An axis shorter than this would make tomorrow look far. */
const shortestAxisMs = 30 * dayMs;
/** Room behind the last end, so that a bar that ends is told from one that doesn't. */
const tail = 1.07;
/** Labels closer than this share of the axis would run into each other. */
const closest = 0.13;

/**
 * Credits as lanes along time, from now to a little after the last end: what ends first stands first, an endless one has no end.
 * `monthStarts` are the candidates for ticks. What has ended or is used up is left out.
 */
export function creditLanes(
  credits: readonly CreditRow[],
  now: Date,
  monthStarts: readonly Date[],
): { lanes: Lane[]; ticks: Tick[] } {
  const open = credits.filter(
    (credit) => credit.remainingNanos > 0n && (credit.endsAt === null || credit.endsAt.getTime() > now.getTime()),
  );
  const endOf = (credit: CreditRow) => credit.endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const sorted = [...open].sort(
    (a, b) => endOf(a) - endOf(b) || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  const last = Math.max(0, ...sorted.map(endOf).filter(Number.isFinite));
  const axis = Math.max(shortestAxisMs, (last - now.getTime()) * tail);
  const place = (time: number) => Math.min(1, (time - now.getTime()) / axis);

  const ticks: Tick[] = [{ at: now, place: 0, kind: "now" }];
  const lastPlace = last > 0 ? place(last) : 1;
  for (const at of monthStarts) {
    const here = place(at.getTime());
    const before = ticks.at(-1)?.place ?? 0;
    if (here - before >= closest && lastPlace - here >= closest) ticks.push({ at, place: here, kind: "month" });
  }
  if (last > 0 && lastPlace >= closest) ticks.push({ at: new Date(last), place: lastPlace, kind: "last" });
  return {
    lanes: sorted.map((credit) => ({ credit, end: credit.endsAt === null ? 1 : place(endOf(credit)) })),
    ticks,
  };
}
