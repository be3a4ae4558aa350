"use server";
import {
  addChannel,
  addChannelModels as addChannelModelsIn,
  copyChannel as copyChannelIn,
  deleteChannel as deleteChannelIn,
  deleteChannels as deleteChannelsIn,
  getChannel,
  removeDeployment as removeDeploymentIn,
  setChannelEnabled as setChannelEnabledIn,
  setChannelsEnabled as setChannelsEnabledIn,
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
  channelIdsInput,
  copyChannelInput,
  createChannelInput,
  DETECT,
  deploymentIdInput,
  setChannelEnabledInput,
  setChannelsEnabledInput,
  setDeploymentInput,
  testChannelInput,
  testSavedChannelInput,
  updateChannelInput,
} from "./schema.ts";
import { settleNewModels } from "./settle-new-models.ts";
import { credentialForTest, openStoredCredential } from "./stored-credential.ts";
import { type TestReport, testUpstream, type UpstreamTest } from "./upstream-test.ts";

const fields = {
  name_taken: "name",
  channel_address_refused: "baseUrl",
  group_not_found: "groups",
  // Name, models and timeouts are checked by the schema; what is left is a new address without its credential.
  invalid_request: "credential",
} as const;

const createKnownChannel = untilInForce(
  defineAction({
    role: "admin",
    input: createChannelInput,
    fields,
    run: async ({ tx, actor, input }) => {
      const made = await addChannel(tx, actor, getEnv().LYCEUM_SECRET, input);
      return { ...made, unpriced: await settleNewModels(tx, actor, made.newModels, input) };
    },
  }),
);

export const updateChannel = untilInForce(
  defineAction({
    role: "admin",
    input: updateChannelInput,
    fields,
    run: async ({ tx, actor, input }) => {
      const { noCredential, idleTimeoutSeconds, totalTimeoutSeconds, ...rest } = input;
      const { firstTokenTimeoutSeconds: first, parallelLimit, ...changes } = rest;
      await updateChannelIn(tx, actor, getEnv().LYCEUM_SECRET, {
        ...changes,
        credential: noCredential ? null : input.credential || undefined,
        idleTimeoutMs: idleTimeoutSeconds * 1000,
        totalTimeoutMs: totalTimeoutSeconds * 1000,
        firstTokenTimeoutMs: first === "" ? null : first * 1000,
        parallelLimit: parallelLimit === "" ? null : parallelLimit,
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

export const setChannelsEnabled = untilInForce(
  defineAction({
    role: "admin",
    input: setChannelsEnabledInput,
    run: async ({ tx, actor, input: { channelIds, enabled } }) => {
      await setChannelsEnabledIn(tx, actor, { channelIds, enabled });
      return { count: channelIds.length };
    },
  }),
);

export const deleteChannels = untilInForce(
  defineAction({
    role: "admin",
    input: channelIdsInput,
    timeoutMs: 60_000,
    run: async ({ tx, actor, input: { channelIds } }) => {
      await deleteChannelsIn(tx, actor, { channelIds });
      return { count: channelIds.length };
    },
  }),
);

/** The same channel again, with a credential of its own. */
export const copyChannel = untilInForce(
  defineAction({
    role: "admin",
    input: copyChannelInput,
    fields,
    run: async ({ tx, actor, input }) => copyChannelIn(tx, actor, getEnv().LYCEUM_SECRET, input),
  }),
);

export const addChannelModels = untilInForce(
  defineAction({
    role: "admin",
    input: addChannelModelsInput,
    fields: { group_not_found: "groups" },
    run: async ({ tx, actor, input }) => {
      const { newModels } = await addChannelModelsIn(tx, actor, input);
      return { newModels, unpriced: await settleNewModels(tx, actor, newModels, input) };
    },
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

// These say what to ask and with which credential; not exported, because their answer holds the credential.
const describeTest = defineAction({
  role: "admin",
  input: testChannelInput,
  fields,
  run: async ({ tx, input }): Promise<UpstreamTest> => {
    const channel = input.channelId === undefined ? null : await getChannel(tx, input.channelId);
    const credential = await credentialForTest(tx, channel, input);
    const { protocol, baseUrl, allowPrivate } = input;
    const headers = channel?.overrides.headers;
    return { protocol, baseUrl, allowPrivate, credential, headers, upstreamModel: input.upstreamModel || undefined };
  },
});

const describeSavedTest = defineAction({
  role: "admin",
  input: testSavedChannelInput,
  run: async ({ tx, input }): Promise<UpstreamTest> => {
    const { protocol, baseUrl, allowPrivate, overrides } = await getChannel(tx, input.channelId);
    const credential = await openStoredCredential(tx, input.channelId, input.credentialId);
    const address = { protocol, baseUrl, allowPrivate, headers: overrides.headers };
    return { ...address, credential, upstreamModel: input.upstreamModel || undefined };
  },
});

const describeNewChannel = defineAction({
  role: "admin",
  input: createChannelInput,
  fields,
  run: async ({ input: { protocol, baseUrl, allowPrivate, credential } }): Promise<UpstreamTest> => ({
    protocol,
    baseUrl,
    allowPrivate,
    credential: credential || null,
  }),
});

/** Whose fault it is that an upstream was not recognised. */
const unrecognised: Record<string, string> = {
  channel_address_refused: "baseUrl",
  channel_unreachable: "baseUrl",
  channel_not_llm: "baseUrl",
  channel_credential_refused: "credential",
};

/** Adds a channel. Where its protocol is to be found out the upstream is asked first, and nothing is saved if it doesn't say. */
export async function createChannel(
  input: Parameters<typeof createKnownChannel>[0],
): ReturnType<typeof createKnownChannel> {
  if (input.protocol !== DETECT) return createKnownChannel(input);
  const described = await describeNewChannel(input);
  if (!described.ok) return described;
  const tested = await testUpstream(described.data);
  if (!tested.ok) {
    const field = unrecognised[tested.code];
    return field === undefined ? tested : { ...tested, fieldErrors: { [field]: tested.message } };
  }
  const found = tested.data.detection?.chosen;
  return createKnownChannel(found ? { ...input, protocol: found.provider, baseUrl: found.baseUrl } : input);
}

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
