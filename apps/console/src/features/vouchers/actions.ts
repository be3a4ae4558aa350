"use server";
import { getSettings, requireCourseRole } from "@lyceum/db";
import { createVouchers, redeemVoucher, revokeVouchers } from "@lyceum/ledger";
import { endOfDay } from "#features/courses/end-of-day.ts";
import { defineAction } from "#server/define-action.ts";
import { createInput, redeemInput, revokeInput } from "./schema.ts";

/** The codes are answered this once. */
export const makeVouchers = defineAction({
  role: "any",
  input: createInput,
  once: true,
  fields: { invalid_amount: "amount" },
  timeoutMs: 30_000,
  run: async ({ tx, actor, input }) => {
    const { courseId, amount: amountNanos, count, note, membersOnly } = input;
    const { timeZone } = await getSettings(tx);
    const course = courseId === null ? null : await requireCourseRole(tx, actor, courseId, "fund");
    // The last day of a course ends when the course does.
    const until = (text: string) => {
      const end = endOfDay(text, timeZone);
      return course !== null && end > course.endsAt && sameDay(end, course.endsAt, timeZone) ? course.endsAt : end;
    };
    const redeemUntil = until(input.redeemUntil);
    const endsAt = input.lastDay === "" ? null : until(input.lastDay);
    const made = await createVouchers(tx, actor, {
      ...{ courseId, amountNanos, count, redeemUntil, endsAt, note, membersOnly },
    });
    return { batchId: made.batchId, codes: made.codes.map((each) => each.code), amountNanos, note, redeemUntil };
  },
});

export const revoke = defineAction({
  role: "any",
  input: revokeInput,
  run: ({ tx, actor, input: { batchId, voucherIds } }) =>
    revokeVouchers(tx, actor, { batchId, voucherIds: voucherIds.length === 0 ? undefined : voucherIds }),
});

/** A refusal is an answer: the try stays counted. */
export const redeem = defineAction({
  role: "any",
  input: redeemInput,
  run: ({ tx, actor, input }) => redeemVoucher(tx, actor, input.code),
});

function sameDay(one: Date, other: Date, timeZone: string): boolean {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone });
  return format.format(one) === format.format(other);
}
