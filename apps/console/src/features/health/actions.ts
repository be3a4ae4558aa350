"use server";
import {
  markNoteSeen,
  probeDeployment as probeDeploymentIn,
  resetCredential as resetCredentialIn,
  resetDeployment as resetDeploymentIn,
  undoEvent as undoEventIn,
  updateCredential,
} from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { untilInForce } from "#server/in-force.ts";
import { credentialIdInput, deploymentIdInput, eventIdInput, noteSeenInput, replaceSecretInput } from "./schema.ts";

/** In use again at once; workers hear of it within a quarter of a second. */
export const resetDeployment = defineAction({
  role: "admin",
  input: deploymentIdInput,
  run: async ({ tx, actor, input }) => {
    await resetDeploymentIn(tx, actor, input);
    return {};
  },
});

export const resetCredential = defineAction({
  role: "admin",
  input: credentialIdInput,
  run: async ({ tx, actor, input }) => {
    await resetCredentialIn(tx, actor, input);
    return {};
  },
});

export const probeDeployment = defineAction({
  role: "admin",
  input: deploymentIdInput,
  run: async ({ tx, actor, input }) => {
    await probeDeploymentIn(tx, actor, input);
    return {};
  },
});

/** Gives a credential another secret, from the evidence that the old one is not accepted. */
export const replaceSecret = untilInForce(
  defineAction({
    role: "admin",
    input: replaceSecretInput,
    fields: { invalid_request: "secret" },
    run: async ({ tx, actor, input }) => {
      await updateCredential(tx, actor, getEnv().LYCEUM_SECRET, input);
      return {};
    },
  }),
);

export const undoEvent = untilInForce(
  defineAction({
    role: "admin",
    input: eventIdInput,
    run: async ({ tx, actor, input }) => undoEventIn(tx, actor, getEnv().LYCEUM_SECRET, input),
  }),
);

/** The next note begins where this one ends. No trail: it is about the reader alone. */
export const noteSeen = defineAction({
  role: "admin",
  input: noteSeenInput,
  run: async ({ tx, actor, input }) => {
    // A browser can't say that it saw what is yet to come.
    await markNoteSeen(tx, actor.id, new Date(Math.min(Date.parse(input.at), Date.now())));
    return {};
  },
});
