"use server";
import {
  addCredential as addCredentialIn,
  removeCredential as removeCredentialIn,
  resetCredential as resetCredentialIn,
  updateCredential as updateCredentialIn,
} from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { untilInForce } from "#server/in-force.ts";
import { addCredentialInput, credentialIdInput, setCredentialEnabledInput, updateCredentialInput } from "../schema.ts";

const fields = { invalid_request: "secret" } as const;

export const addCredential = untilInForce(
  defineAction({
    role: "admin",
    input: addCredentialInput,
    fields,
    run: async ({ tx, actor, input }) => addCredentialIn(tx, actor, getEnv().LYCEUM_SECRET, input),
  }),
);

export const updateCredential = untilInForce(
  defineAction({
    role: "admin",
    input: updateCredentialInput,
    fields,
    run: async ({ tx, actor, input: { secret, ...input } }) => {
      await updateCredentialIn(tx, actor, getEnv().LYCEUM_SECRET, { ...input, ...(secret !== "" && { secret }) });
      return {};
    },
  }),
);

export const setCredentialEnabled = untilInForce(
  defineAction({
    role: "admin",
    input: setCredentialEnabledInput,
    run: async ({ tx, actor, input }) => {
      await updateCredentialIn(tx, actor, getEnv().LYCEUM_SECRET, input);
      return {};
    },
  }),
);

export const removeCredential = untilInForce(
  defineAction({
    role: "admin",
    input: credentialIdInput,
    run: async ({ tx, actor, input }) => {
      await removeCredentialIn(tx, actor, input);
      return {};
    },
  }),
);

/** Forgets why a credential was out: the next request may go with it. */
export const retryCredential = untilInForce(
  defineAction({
    role: "admin",
    input: credentialIdInput,
    run: async ({ tx, actor, input }) => {
      await resetCredentialIn(tx, actor, input);
      return {};
    },
  }),
);
