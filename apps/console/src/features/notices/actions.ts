"use server";
import { markNotices } from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { markInput } from "./schema.ts";

export const mark = defineAction({
  role: "any",
  input: markInput,
  run: ({ tx, actor, input }) => markNotices(tx, { userId: actor.id, ...input }),
});
