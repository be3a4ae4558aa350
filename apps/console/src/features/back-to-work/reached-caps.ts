import type { MeterRow } from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { type LimitWords, limitWordsOf } from "#features/limits/gauges.ts";
import type { Format } from "#i18n/format.ts";

/** A cap over all of a person's keys, or of a group's members, that is used up; the person can't change it. */
export interface ReachedCap {
  /** "" for all keys. */
  group: string;
  /** "¥5.00 per day". */
  cap: string;
  /** When it begins anew; null: never. */
  anew: string | null;
}

/** Nothing more goes through: with less than half a percent left, which is when a notice says 100 %, what remains is seldom enough for a request. */
export function isReached(cap: Pick<MeterRow, "capNanos" | "spentNanos" | "reservedNanos">): boolean {
  return cap.capNanos !== null && (cap.spentNanos + cap.reservedNanos) * 1_000n >= cap.capNanos * 995n;
}

/** Those of these meters that are used up: money is no help against them. Keys' own caps are told of apart, with the page that raises them. */
export function reachedCaps(rows: readonly MeterRow[], format: Format, limitWords: LimitWords): ReachedCap[] {
  return rows
    .filter((row) => row.scope !== "key" && isReached(row))
    .map(({ holderName, capNanos, capPeriod, beginsAnewAt }) => ({
      group: holderName,
      cap: limitWordsOf({ ...noLimits, capNanos, capPeriod }, format, limitWords).join(""),
      anew: beginsAnewAt === null ? null : format.dateTime(beginsAnewAt),
    }));
}
