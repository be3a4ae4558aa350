"use server";
import { setAcceptsUnpriced } from "@lyceum/db";
import { takeAdvance } from "@lyceum/ledger";
import { z } from "zod";
import { defineAction } from "#server/define-action.ts";

/** Whether one's own requests may go to models that have no price yet; the site's settings have the last word. */
export const setUnpriced = defineAction({
  role: "any",
  input: z.object({ accepts: z.boolean() }),
  run: ({ tx, actor, input }) => setAcceptsUnpriced(tx, actor, { userId: actor.id, accepts: input.accepts }),
});

/** What a course offers its student of the next period's allowance, now: so much, and from that period, as the page showed. */
export const takeCourseAdvance = defineAction({
  role: "any",
  input: z.object({ courseId: z.uuid(), amountNanos: z.bigint().optional(), periodAt: z.date().optional() }),
  run: async ({ tx, actor, input }) => {
    const { amountNanos } = await takeAdvance(tx, actor, input);
    return { amountNanos };
  },
});
