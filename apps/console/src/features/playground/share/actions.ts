"use server";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { getSquare } from "#features/square/queries.ts";
import { defineAction } from "#server/define-action.ts";
import { getSettings } from "#server/settings.ts";
import { playgroundLimits } from "../routes.ts";

const lookUpInput = z.object({ models: z.array(z.string().min(1).max(200)).max(playgroundLimits.comparedModels) });

/** Of models that a link names and the playground doesn't offer this person: why not and how to get them, in their language. */
export const lookUpModels = defineAction({
  role: "any",
  keepsPage: true,
  input: lookUpInput,
  run: async ({ actor, input }) => {
    const [square, { contact }, translate] = await Promise.all([
      getSquare(actor.id),
      getSettings(),
      getTranslations("square"),
    ]);
    const ask = contact ? translate("askContact", { contact }) : translate("askStaff");
    return input.models.map((name) => {
      const model = square.find((each) => each.name === name);
      if (model?.state !== "locked") return { name, isKnown: model !== undefined, reason: null };
      const groups = model.groups.map((group) => group.name).join(translate("listComma"));
      return { name, isKnown: true, reason: translate("lockedReason", { groups, ask }) };
    });
  },
});
