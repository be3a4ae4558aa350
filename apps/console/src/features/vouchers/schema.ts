import { MAX_VOUCHERS } from "@lyceum/domain";
import { z } from "zod";
import { day, optionalDay, positive, reason } from "#features/courses/schema.ts";

/** Null: of no course, which only admins make. */
const courseId = z.uuid().nullable();

export const createInput = z.object({
  courseId,
  amount: positive,
  count: z.coerce
    .number({ error: "vouchers.countWrong" })
    .int("vouchers.countWrong")
    .min(1, "vouchers.countWrong")
    .max(MAX_VOUCHERS, "vouchers.countWrong"),
  redeemUntil: day,
  /** The last day of the money; empty: with the course, or none. */
  lastDay: optionalDay,
  note: reason,
  membersOnly: z.boolean(),
});

export const revokeInput = z.object({
  batchId: z.uuid(),
  /** Empty: all of the batch. */
  voucherIds: z.array(z.uuid()).max(MAX_VOUCHERS),
});

export const redeemInput = z.object({ code: z.string().trim().min(1, "vouchers.codeMissing").max(64) });
