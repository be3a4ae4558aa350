import { z } from "zod";
import { optionalDay, positive, reason } from "#features/courses/schema.ts";

const courseId = z.uuid();
const requestId = z.uuid();

export const askInput = z.object({
  courseId,
  mode: z.enum(["add", "top-up-to"]),
  amount: positive,
  reason,
  /** When it is needed; empty: no matter. */
  deadline: optionalDay,
});

export const withdrawInput = z.object({ courseId, requestId });

/** As asked for. */
export const grantInput = z.object({ courseId, requestId });
export const otherAmountInput = z.object({
  courseId,
  requestId,
  amount: positive,
  /** Empty: nothing is said. */
  answer: z.string().trim().max(200),
});
export const refuseInput = z.object({ courseId, requestId, answer: reason });
