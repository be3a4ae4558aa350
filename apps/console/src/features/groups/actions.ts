"use server";
import { createGroup as createGroupIn, deleteGroup as deleteGroupIn, updateGroup as updateGroupIn } from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { createGroupInput, deleteGroupInput, updateGroupInput } from "./schema.ts";

export const createGroup = untilInForce(
  defineAction({
    role: "admin",
    input: createGroupInput,
    fields: { name_taken: "id", invalid_request: "multiplier" },
    run: ({ tx, actor, input }) => createGroupIn(tx, actor, input),
  }),
);

export const updateGroup = untilInForce(
  defineAction({
    role: "admin",
    input: updateGroupInput,
    fields: { invalid_request: "multiplier" },
    run: async ({ tx, actor, input }) => {
      await updateGroupIn(tx, actor, input);
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
