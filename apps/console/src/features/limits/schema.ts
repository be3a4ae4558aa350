import { capPeriods, type Limits, parseAmount } from "@lyceum/domain";
import { z } from "zod";

const MOST = 1_000_000_000;

/** A count as typed; empty: no limit. */
const count = z
  .string()
  .trim()
  .max(24, "limits.badCount")
  .refine(
    (text) => /^\d*$/.test(text) && (text === "" || (Number(text) >= 1 && Number(text) <= MOST)),
    "limits.badCount",
  )
  .transform((text) => (text === "" ? null : Number(text)));

/** The limits of a form, as typed. */
export const limitFields = {
  rpmLimit: count,
  tpmLimit: count,
  parallelLimit: count,
  /** Decimal text; empty: no cap. */
  cap: z.string().trim().max(24),
  capPeriod: z.enum(capPeriods),
};

type LimitInput = z.output<z.ZodObject<typeof limitFields>>;

/** Throws `invalid_amount`, which belongs to the field `cap`. */
export function limitsOf({ rpmLimit, tpmLimit, parallelLimit, cap, capPeriod }: LimitInput): Limits {
  return { rpmLimit, tpmLimit, parallelLimit, capNanos: cap === "" ? null : parseAmount(cap), capPeriod };
}
