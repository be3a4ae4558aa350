/** What one person spent of a course's money in a week. */
export type WeekSpender = { readonly accountId: string; readonly chargeNanos: bigint };
/** What one key did in one hour. */
export type KeyHour = {
  readonly accountId: string;
  readonly keyName: string;
  readonly hour: Date;
  readonly requests: number;
};
export type WeekModel = { readonly model: string; readonly chargeNanos: bigint };

/** A week of a course, out of its hourly sums. */
export type CourseWeek = {
  readonly spenders: readonly WeekSpender[];
  /** The busiest, each key once. */
  readonly keyHours: readonly KeyHour[];
  readonly models: readonly WeekModel[];
};

/** Something that a teacher may want to look at. It says what was counted, never what was asked. */
export type CourseHint =
  | {
      readonly kind: "far-above-median";
      readonly medianNanos: bigint;
      /** The largest first. */
      readonly spenders: readonly WeekSpender[];
    }
  | ({ readonly kind: "busy-key" } & KeyHour)
  | { readonly kind: "one-model"; readonly model: string; readonly share: number };

/** From when on a hint is given. */
export const hintLimits = {
  /** Times the median of those who spent anything. */
  timesMedian: 10,
  /** Fewer people than this have no median worth the name. */
  people: 5,
  /** Of one key in one hour: more than a person types, and what a loop makes. */
  requestsAnHour: 300,
  /** Of the week's money, where more than one model was used. */
  modelShare: 0.5,
} as const;

const MOST_KEYS = 3;

/** What stands out in a week; nothing where nothing does. */
export function courseHints({ spenders, keyHours, models }: CourseWeek): CourseHint[] {
  const hints: CourseHint[] = [];
  const paying = spenders.filter((each) => each.chargeNanos > 0n).sort((a, b) => compare(b.chargeNanos, a.chargeNanos));
  // Of an even number the upper one: nobody is told apart by half a nano.
  const medianNanos = paying[Math.floor((paying.length - 1) / 2)]?.chargeNanos ?? 0n;
  const far = paying.filter((each) => each.chargeNanos > medianNanos * BigInt(hintLimits.timesMedian));
  if (paying.length >= hintLimits.people && far.length > 0) {
    hints.push({ kind: "far-above-median", medianNanos, spenders: far });
  }
  const busy = keyHours.filter((each) => each.requests >= hintLimits.requestsAnHour);
  busy.sort((a, b) => b.requests - a.requests);
  for (const each of busy.slice(0, MOST_KEYS)) hints.push({ kind: "busy-key", ...each });
  const total = models.reduce((sum, each) => sum + each.chargeNanos, 0n);
  const [first] = [...models].sort((a, b) => compare(b.chargeNanos, a.chargeNanos));
  if (first !== undefined && models.length > 1 && total > 0n) {
    const share = Number((first.chargeNanos * 10_000n) / total) / 10_000;
    if (share >= hintLimits.modelShare) hints.push({ kind: "one-model", model: first.model, share });
  }
  return hints;
}

function compare(a: bigint, b: bigint): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
