"use server";
import {
  createGroup as createGroupIn,
  deleteGroup as deleteGroupIn,
  setGroupLimits,
  updateGroup as updateGroupIn,
} from "@lyceum/db";
import { limitsOf } from "#features/limits/schema.ts";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { createGroupInput, deleteGroupInput, updateGroupInput } from "./schema.ts";

export const createGroup = untilInForce(
  defineAction({
    role: "admin",
    input: createGroupInput,
    fields: { name_taken: "id", invalid_request: "multiplier", invalid_amount: "cap" },
    run: async ({ tx, actor, input }) => {
      const { id, name, multiplier, isOpen } = input;
      const made = await createGroupIn(tx, actor, { id, name, multiplier, isOpen });
      await setGroupLimits(tx, actor, { groupId: made.id, limits: limitsOf(input) });
      return made;
    },
  }),
);

export const updateGroup = untilInForce(
  defineAction({
    role: "admin",
    input: updateGroupInput,
    fields: { invalid_request: "multiplier", invalid_amount: "cap" },
    run: async ({ tx, actor, input }) => {
      const { id, name, multiplier, isOpen } = input;
      await updateGroupIn(tx, actor, { id, name, multiplier, isOpen });
      await setGroupLimits(tx, actor, { groupId: id, limits: limitsOf(input) });
      return {};
    },
  }),
);

export const deleteGroup = untilInForce(
  defineAction({
    role: "admin",
    input: deleteGroupInput,
    run: async ({ tx, actor, input }) => {
      await deleteGroupIn(tx, actor, input);
      return {};
    },
  }),
);
