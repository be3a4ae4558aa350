"use server";
import {
  acceptProposal as acceptProposalIn,
  dismissProposal as dismissProposalIn,
  removeModel as removeModelIn,
  restoreModel as restoreModelIn,
  updateModel as updateModelIn,
} from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { modelIdInput, proposalIdInput, removeModelInput, setConstraintsInput, updateModelInput } from "./schema.ts";

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

export const removeModel = untilInForce(
  defineAction({
    role: "admin",
    input: removeModelInput,
    run: async ({ tx, actor, input }) => {
      await removeModelIn(tx, actor, input);
      return {};
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
