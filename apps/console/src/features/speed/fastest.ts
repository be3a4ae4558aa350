import type { SpeedHour } from "@lyceum/db";

/** Fewer streams than this say nothing about an hour of the day. */
const leastStreams = 5;

/** The two hours in a row, over all days, in which the first token came soonest; null: too little is known, or of one window only. */
export function fastestHours(hours: readonly SpeedHour[]): { from: number; to: number } | null {
  const windows = Array.from({ length: 24 }, (_, from) => {
    const to = (from + 2) % 24;
    const [first, second] = [summed(hours, from), summed(hours, (from + 1) % 24)];
    const isKnown = Math.min(first.streams, second.streams) >= leastStreams;
    return { from, to, isKnown, mean: (first.weighted + second.weighted) / (first.streams + second.streams) };
  }).filter((each) => each.isKnown);
  if (windows.length < 2) return null;
  const best = windows.reduce((a, b) => (b.mean < a.mean ? b : a));
  return { from: best.from, to: best.to };
}

function summed(hours: readonly SpeedHour[], hour: number): { streams: number; weighted: number } {
  const inside = hours.filter((each) => each.hour === hour);
  return {
    streams: inside.reduce((sum, each) => sum + each.streams, 0),
    weighted: inside.reduce((sum, each) => sum + (each.ttftP50Ms ?? 0) * each.streams, 0),
  };
}
