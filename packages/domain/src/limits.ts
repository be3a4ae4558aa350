import { z } from "zod";

/** How long a spending cap counts before it begins anew; `total` never does, a `term` ends where the next one begins (setting academicTerms). */
export const capPeriods = ["total", "day", "week", "month", "term"] as const;
export type CapPeriod = (typeof capPeriods)[number];

/** The limits of a key, of a user over all keys, or of each member of a group; null: none. All that apply to a request must pass. */
export type Limits = {
  /** Requests in any 60 seconds. */
  readonly rpmLimit: number | null;
  /** Input and output tokens in any 60 seconds. */
  readonly tpmLimit: number | null;
  /** Requests that run at the same time. */
  readonly parallelLimit: number | null;
  /** Spending in one period. */
  readonly capNanos: bigint | null;
  readonly capPeriod: CapPeriod;
};

export const noLimits: Limits = {
  rpmLimit: null,
  tpmLimit: null,
  parallelLimit: null,
  capNanos: null,
  capPeriod: "month",
};

const MOST = 1_000_000_000;
const count = z.number().int().min(1).max(MOST).nullable();

/** Limits as they come from outside; amounts in nanos. */
export const limitsSchema = z.object({
  rpmLimit: count,
  tpmLimit: count,
  parallelLimit: count,
  capNanos: z.bigint().min(0n).nullable(),
  capPeriod: z.enum(capPeriods),
}) satisfies z.ZodType<Limits>;
