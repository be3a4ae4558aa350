"use server";
import {
  acceptProposal as acceptProposalIn,
  changeModels as changeModelsIn,
  dismissProposal as dismissProposalIn,
  pauseModel as pauseModelIn,
  restoreModel as restoreModelIn,
  resumeModel as resumeModelIn,
  retireModel as retireModelIn,
  updateModel as updateModelIn,
} from "@lyceum/db";
import { parseDay } from "#i18n/zoned-day.ts";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { getSettings } from "#server/settings.ts";
import {
  changeModelsInput,
  modelIdInput,
  pauseModelInput,
  proposalIdInput,
  retireModelInput,
  setConstraintsInput,
  updateModelInput,
} from "./schema.ts";

export const updateModel = untilInForce(
  defineAction({
    role: "admin",
    input: updateModelInput,
    fields: { group_not_found: "groups" },
    run: async ({ tx, actor, input }) => {
      await updateModelIn(tx, actor, input);
      return {};
    },
  }),
);

export const pauseModel = untilInForce(
  defineAction({
    role: "admin",
    input: pauseModelInput,
    run: async ({ tx, actor, input }) => {
      await pauseModelIn(tx, actor, input);
      return {};
    },
  }),
);

export const resumeModel = untilInForce(
  defineAction({
    role: "admin",
    input: modelIdInput,
    run: async ({ tx, actor, input }) => {
      await resumeModelIn(tx, actor, input);
      return {};
    },
  }),
);

/** `planned`: it goes on a day that is yet to come. */
export const retireModel = untilInForce(
  defineAction({
    role: "admin",
    input: retireModelInput,
    fields: { invalid_request: "redirectId" },
    run: async ({ tx, actor, input: { day, ...input } }) => {
      const at = await momentOf(day);
      await retireModelIn(tx, actor, { ...input, at });
      return { planned: at !== null && at.getTime() > Date.now() };
    },
  }),
);

/** One act for many models: all of them or none. */
export const changeModels = untilInForce(
  defineAction({
    role: "admin",
    input: changeModelsInput,
    timeoutMs: 60_000,
    run: async ({ tx, actor, input: { modelIds, act } }) => {
      const full = act.kind === "retire" ? { ...act, at: await momentOf(act.day) } : act;
      return changeModelsIn(tx, actor, { modelIds, act: full });
    },
  }),
);

export const restoreModel = untilInForce(
  defineAction({
    role: "admin",
    input: modelIdInput,
    run: async ({ tx, actor, input }) => {
      await restoreModelIn(tx, actor, input);
      return {};
    },
  }),
);

export const setConstraints = untilInForce(
  defineAction({
    role: "admin",
    input: setConstraintsInput,
    run: async ({ tx, actor, input }) => {
      await updateModelIn(tx, actor, input);
      return {};
    },
  }),
);

export const acceptProposal = untilInForce(
  defineAction({
    role: "admin",
    input: proposalIdInput,
    run: async ({ tx, actor, input }) => {
      await acceptProposalIn(tx, actor, input);
      return {};
    },
  }),
);

export const dismissProposal = defineAction({
  role: "admin",
  input: proposalIdInput,
  run: async ({ tx, actor, input }) => {
    await dismissProposalIn(tx, actor, input);
    return {};
  },
});

/** The beginning of a day by the campus's clock; null: none was named. */
async function momentOf(day: string): Promise<Date | null> {
  return day === "" ? null : parseDay(day, (await getSettings()).timeZone);
}
