import { z } from "zod";
import { AppError } from "./errors.ts";
import { MAX_AMOUNT_NANOS } from "./money.ts";

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
  capNanos: z.bigint().min(0n).max(MAX_AMOUNT_NANOS).nullable(),
  capPeriod: z.enum(capPeriods),
}) satisfies z.ZodType<Limits>;

/** What people call each limit. */
const limitNames = {
  rpmLimit: { zh: "每分钟请求数", en: "requests a minute" },
  tpmLimit: { zh: "每分钟 token 数", en: "tokens a minute" },
  parallelLimit: { zh: "并行请求数", en: "parallel requests" },
  capNanos: { zh: "花费上限", en: "spending cap" },
  capPeriod: { zh: "上限周期", en: "cap period" },
} as const satisfies Record<keyof Limits, { zh: string; en: string }>;

/** The limits as they are, if they are valid. Throws `invalid_request` naming the first that is not (parameter `field`: its name here). */
export function parseLimits(limits: Limits): Limits {
  const parsed = limitsSchema.safeParse(limits);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path[0] as keyof Limits;
  const most = MOST.toLocaleString("en");
  const countRange = { zh: `应是 1 到 ${most} 的整数。`, en: `must be a whole number from 1 to ${most}.` };
  const ranges: Record<keyof Limits, { zh: string; en: string }> = {
    rpmLimit: countRange,
    tpmLimit: countRange,
    parallelLimit: countRange,
    capNanos: { zh: "应是 0 到 10,000,000 的金额。", en: "must be an amount from 0 to 10,000,000." },
    capPeriod: { zh: `只能是 ${capPeriods.join("、")}。`, en: `must be one of ${capPeriods.join(", ")}.` },
  };
  const { zh, en } = ranges[field];
  throw new AppError("invalid_request", {
    parameters: { field, reason_zh: `${limitNames[field].zh}${zh}`, reason_en: `${limitNames[field].en} ${en}` },
  });
}
