"use server";
import { issueActivationCodes } from "@lyceum/db";
import { undoRosterWithMoney } from "@lyceum/ledger";
import { defineAction } from "#server/define-action.ts";
import { codesInput, undoInput } from "./schema.ts";

/** Enough for a course of thousands. */
const timeoutMs = 60_000;

/** Codes for members whose ID nobody has proven; they are shown this once. */
export const issueCodes = defineAction({
  role: "any",
  input: codesInput,
  timeoutMs,
  run: ({ tx, actor, input }) => issueActivationCodes(tx, actor, input),
});

/** Takes the last import of a course back, and what is left of the money that came with it. */
export const undoImport = defineAction({
  role: "any",
  input: undoInput,
  timeoutMs,
  run: async ({ tx, actor, input }) => {
    const { undone, kept, returnedNanos } = await undoRosterWithMoney(tx, actor, input);
    return { undone, kept, returnedNanos };
  },
});
