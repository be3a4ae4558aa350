/** When request number `index` (from 0) of an open loop is due, in ms after its start. */
export function dueTime(index: number, perSecond: number): number {
  return (index * 1_000) / perSecond;
}

/** How many of `total` requests are due `elapsedMs` after the start. The first is due at once. */
export function dueBy(elapsedMs: number, perSecond: number, total: number): number {
  if (elapsedMs < 0) return 0;
  return Math.min(total, Math.floor((elapsedMs * perSecond) / 1_000) + 1);
}
