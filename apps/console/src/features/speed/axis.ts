export interface AxisTick {
  value: number;
  /** From 0 at the left to 1 at the right. */
  place: number;
}

/** An axis from 0 over all values, with three to six round ticks. */
export function axisFor(values: readonly number[]): { top: number; ticks: AxisTick[] } {
  const most = Math.max(...values, 1e-9);
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2].map((each) => each * magnitude).find((each) => most / each <= 5.5) ?? 2 * magnitude;
  const top = Math.ceil((most / step) * (1 - 1e-9)) * step;
  const count = Math.round(top / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({ value: index * step, place: index / count }));
  return { top, ticks };
}
