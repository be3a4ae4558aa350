"use server";
import { randomBytes } from "node:crypto";
import { shareSpeedRun } from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { defineAction } from "#server/define-action.ts";
import { shareInput } from "./schema.ts";

/** Gives one's own run a link that nobody can guess, a new one each time, or takes it away. */
export const shareRun = defineAction({
  role: "any",
  input: shareInput,
  run: async ({ tx, actor, input }) => {
    const shareId = input.isShared ? randomBytes(18).toString("base64url") : null;
    if (!(await shareSpeedRun(tx, actor.id, { runId: input.runId, shareId }))) throw new AppError("not_found");
  },
});
