"use server";
import { getSettings } from "@lyceum/db";
import { askOwnFunding, decideOwnFunding, withdrawOwnFunding } from "@lyceum/ledger";
import { endOfDay } from "#features/courses/end-of-day.ts";
import { defineAction } from "#server/define-action.ts";
import { askInput, grantInput, otherAmountInput, refuseInput, withdrawInput } from "./schema.ts";

/** A member asks for money of the course; its staff are told. */
export const askForMore = defineAction({
  role: "any",
  input: askInput,
  fields: { invalid_amount: "amount" },
  run: async ({ tx, actor, input }) => {
    const { courseId, mode, reason, amount: amountNanos } = input;
    const { timeZone } = await getSettings(tx);
    const deadline = input.deadline === "" ? null : endOfDay(input.deadline, timeZone);
    await askOwnFunding(tx, actor, { courseId, mode, amountNanos, reason, deadline });
  },
});

export const withdrawRequest = defineAction({
  role: "any",
  input: withdrawInput,
  run: ({ tx, actor, input }) => withdrawOwnFunding(tx, actor, input),
});

/** What was asked for, in one tap; the funding is answered so that it can be taken back. */
export const grantRequest = defineAction({
  role: "any",
  input: grantInput,
  run: async ({ tx, actor, input }) => {
    const funded = await decideOwnFunding(tx, actor, { ...input, grant: true });
    return { fundingId: funded?.fundingId ?? null };
  },
});

export const grantOtherAmount = defineAction({
  role: "any",
  input: otherAmountInput,
  fields: { invalid_amount: "amount" },
  run: async ({ tx, actor, input }) => {
    const { amount: amountNanos, answer, ...request } = input;
    const said = answer === "" ? {} : { answer };
    const funded = await decideOwnFunding(tx, actor, { ...request, grant: true, amountNanos, ...said });
    return { fundingId: funded?.fundingId ?? null };
  },
});

export const refuseRequest = defineAction({
  role: "any",
  input: refuseInput,
  run: async ({ tx, actor, input }) => {
    await decideOwnFunding(tx, actor, { ...input, grant: false });
  },
});
