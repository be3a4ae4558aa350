"use server";
import { setAcceptsUnpriced } from "@lyceum/db";
import { z } from "zod";
import { defineAction } from "#server/define-action.ts";

/** Whether one's own requests may go to models that have no price yet; the site's settings have the last word. */
export const setUnpriced = defineAction({
  role: "any",
  input: z.object({ accepts: z.boolean() }),
  run: ({ tx, actor, input }) => setAcceptsUnpriced(tx, actor, { userId: actor.id, accepts: input.accepts }),
});
