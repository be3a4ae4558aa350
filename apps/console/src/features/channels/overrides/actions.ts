"use server";
import { getChannel, updateChannel } from "@lyceum/db";
import type { ActionResult } from "#server/action-result.ts";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { untilInForce } from "#server/in-force.ts";
import { overridesInput, previewInput } from "../schema.ts";
import { type Preview, previewUpstream } from "../upstream-test.ts";

export const saveOverrides = untilInForce(
  defineAction({
    role: "admin",
    input: overridesInput,
    run: async ({ tx, actor, input }) => {
      await updateChannel(tx, actor, getEnv().LYCEUM_SECRET, input);
      return {};
    },
  }),
);

const describePreview = defineAction({
  role: "admin",
  input: previewInput,
  run: async ({ tx, input: { channelId, ...asked } }) => {
    const { protocol, baseUrl, allowPrivate } = await getChannel(tx, channelId);
    return { protocol, baseUrl, allowPrivate, ...asked };
  },
});

/** What a student's call becomes on a channel, before overrides and after. Nothing is sent. */
export async function previewOverrides(input: Parameters<typeof describePreview>[0]): Promise<ActionResult<Preview>> {
  const described = await describePreview(input);
  return described.ok ? previewUpstream(described.data) : described;
}
