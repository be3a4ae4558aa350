"use server";
import { setPrice as setPriceIn } from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { setPriceInput } from "./schema.ts";

/** A new version of a model's price, for whatever is admitted from now on. */
export const setPrice = untilInForce(
  defineAction({
    role: "admin",
    input: setPriceInput,
    run: async ({ tx, actor, input }) => {
      const { version } = await setPriceIn(tx, actor, input);
      return { version };
    },
  }),
);
