"use server";
import {
  addUpstreamModels,
  disableGoneModels,
  getChannel,
  ignoreUpstreamModels,
  listGroups,
  recordUpstreamListByHand,
} from "@lyceum/db";
import type { ActionResult } from "#server/action-result.ts";
import { defineAction } from "#server/define-action.ts";
import { untilInForce } from "#server/in-force.ts";
import { suggestPublicName } from "../model-rows.ts";
import { channelIdInput, listDecisionInput } from "../schema.ts";
import { openStoredCredential } from "../stored-credential.ts";
import { testUpstream, type UpstreamTest } from "../upstream-test.ts";

/** Puts new models of an upstream on its channel, under their own names, for everybody where they are new here too. */
export const addListed = untilInForce(
  defineAction({
    role: "admin",
    input: listDecisionInput,
    run: async ({ tx, actor, input: { channelId, names } }) => {
      const groups = (await listGroups(tx)).filter((group) => group.isOpen).map((group) => group.id);
      const models = names.map((name) => ({ name: suggestPublicName(name), upstreamModel: name }));
      return addUpstreamModels(tx, actor, { channelId, models, groups });
    },
  }),
);

export const ignoreListed = defineAction({
  role: "admin",
  input: listDecisionInput,
  run: async ({ tx, actor, input }) => {
    await ignoreUpstreamModels(tx, actor, input);
    return {};
  },
});

export const disableUnlisted = untilInForce(
  defineAction({
    role: "admin",
    input: listDecisionInput,
    run: async ({ tx, actor, input }) => {
      await disableGoneModels(tx, actor, input);
      return {};
    },
  }),
);

// Not exported, because its answer holds the credential.
const describeLook = defineAction({
  role: "admin",
  input: channelIdInput,
  run: async ({ tx, input: { channelId } }): Promise<UpstreamTest> => {
    const { protocol, baseUrl, allowPrivate, overrides } = await getChannel(tx, channelId);
    const credential = await openStoredCredential(tx, channelId);
    return { protocol, baseUrl, allowPrivate, credential, headers: overrides.headers };
  },
});

/** Only for what the gateway has just heard from the upstream: pages say which channel, never what it lists. */
const record = (names: readonly string[]) =>
  defineAction({
    role: "admin",
    input: channelIdInput,
    run: async ({ tx, input }) => recordUpstreamListByHand(tx, { ...input, names }),
  });

/** Asks an upstream now which models it has. */
export async function lookNow(
  input: Parameters<typeof describeLook>[0],
): Promise<ActionResult<{ added: number; gone: number }>> {
  const described = await describeLook(input);
  if (!described.ok) return described;
  const asked = await testUpstream(described.data);
  return asked.ok ? record(asked.data.models)(input) : asked;
}
