"use server";
import {
  addChannel,
  addChannelModels as addChannelModelsIn,
  deleteChannel as deleteChannelIn,
  getChannel,
  removeDeployment as removeDeploymentIn,
  setChannelEnabled as setChannelEnabledIn,
  setDeployment as setDeploymentIn,
  updateChannel as updateChannelIn,
} from "@lyceum/db";
import type { ActionResult } from "#server/action-result.ts";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { untilInForce } from "#server/in-force.ts";
import {
  addChannelModelsInput,
  channelIdInput,
  createChannelInput,
  deploymentIdInput,
  setChannelEnabledInput,
  setDeploymentInput,
  testChannelInput,
  testSavedChannelInput,
  updateChannelInput,
} from "./schema.ts";
import { credentialForTest, openStoredCredential } from "./stored-credential.ts";
import { type TestReport, testUpstream, type UpstreamTest } from "./upstream-test.ts";

const fields = {
  name_taken: "name",
  channel_address_refused: "baseUrl",
  group_not_found: "groups",
  // Name, models and timeouts are checked by the schema; what is left is a new address without its credential.
  invalid_request: "credential",
} as const;

export const createChannel = untilInForce(
  defineAction({
    role: "admin",
    input: createChannelInput,
    fields,
    run: async ({ tx, actor, input }) => addChannel(tx, actor, getEnv().LYCEUM_SECRET, input),
  }),
);

export const updateChannel = untilInForce(
  defineAction({
    role: "admin",
    input: updateChannelInput,
    fields,
    run: async ({ tx, actor, input }) => {
      const { channelId, name, baseUrl, allowPrivate, noCredential, idleTimeoutSeconds, totalTimeoutSeconds } = input;
      await updateChannelIn(tx, actor, getEnv().LYCEUM_SECRET, {
        channelId,
        name,
        baseUrl,
        allowPrivate,
        credential: noCredential ? null : input.credential || undefined,
        idleTimeoutMs: idleTimeoutSeconds * 1000,
        totalTimeoutMs: totalTimeoutSeconds * 1000,
      });
      return {};
    },
  }),
);

export const setChannelEnabled = untilInForce(
  defineAction({
    role: "admin",
    input: setChannelEnabledInput,
    run: async ({ tx, actor, input }) => {
      await setChannelEnabledIn(tx, actor, input);
      return {};
    },
  }),
);

export const deleteChannel = untilInForce(
  defineAction({
    role: "admin",
    input: channelIdInput,
    run: async ({ tx, actor, input }) => {
      await deleteChannelIn(tx, actor, input);
      return {};
    },
  }),
);

export const addChannelModels = untilInForce(
  defineAction({
    role: "admin",
    input: addChannelModelsInput,
    fields: { group_not_found: "groups" },
    run: async ({ tx, actor, input }) => addChannelModelsIn(tx, actor, input),
  }),
);

export const setDeployment = untilInForce(
  defineAction({
    role: "admin",
    input: setDeploymentInput,
    run: async ({ tx, actor, input }) => {
      await setDeploymentIn(tx, actor, input);
      return {};
    },
  }),
);

export const removeDeployment = untilInForce(
  defineAction({
    role: "admin",
    input: deploymentIdInput,
    run: async ({ tx, actor, input }) => {
      await removeDeploymentIn(tx, actor, input);
      return {};
    },
  }),
);

// These two say what to ask and with which credential; not exported, because their answer holds the credential.
const describeTest = defineAction({
  role: "admin",
  input: testChannelInput,
  fields,
  run: async ({ tx, input }): Promise<UpstreamTest> => {
    const channel = input.channelId === undefined ? null : await getChannel(tx, input.channelId);
    const credential = await credentialForTest(tx, channel, input);
    const { protocol, baseUrl, allowPrivate } = input;
    return { protocol, baseUrl, allowPrivate, credential, upstreamModel: input.upstreamModel || undefined };
  },
});

const describeSavedTest = defineAction({
  role: "admin",
  input: testSavedChannelInput,
  run: async ({ tx, input }): Promise<UpstreamTest> => {
    const { protocol, baseUrl, allowPrivate } = await getChannel(tx, input.channelId);
    const credential = await openStoredCredential(tx, input.channelId);
    return { protocol, baseUrl, allowPrivate, credential, upstreamModel: input.upstreamModel || undefined };
  },
});

/** Tries what is in the form, before it is saved. The upstream is asked after the transaction: it may take half a minute. */
export async function testChannel(input: Parameters<typeof describeTest>[0]): Promise<ActionResult<TestReport>> {
  const described = await describeTest(input);
  return described.ok ? testUpstream(described.data) : described;
}

/** Tries a saved channel with its stored credential. */
export async function testSavedChannel(
  input: Parameters<typeof describeSavedTest>[0],
): Promise<ActionResult<TestReport>> {
  const described = await describeSavedTest(input);
  return described.ok ? testUpstream(described.data) : described;
}
