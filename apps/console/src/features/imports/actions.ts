"use server";
import { importChannels, listGroups, planChannelImport } from "@lyceum/db";
import { AppError, type ChannelImport, readChannelImport } from "@lyceum/domain";
import { applyImportInput, importInput } from "#features/channels/schema.ts";
import { defineAction } from "#server/define-action.ts";
import { getEnv } from "#server/env.ts";
import { untilInForce } from "#server/in-force.ts";

/** What would become of a list, without a word of its credentials. Nothing is written. */
export const planImport = defineAction({
  role: "admin",
  input: importInput,
  fields: { invalid_request: "text" },
  run: async ({ tx, input }) => {
    const list = listOf(input);
    const [channels, groups] = await Promise.all([
      planChannelImport(tx, list.channels, input.allowPrivate),
      listGroups(tx),
    ]);
    return { source: list.source, channels, groups: groups.map(({ id, name }) => ({ id, name })) };
  },
});

/** Makes the chosen channels, all or none. */
export const applyImport = untilInForce(
  defineAction({
    role: "admin",
    input: applyImportInput,
    fields: { invalid_request: "text" },
    timeoutMs: 120_000,
    run: async ({ tx, actor, input }) => {
      const groups = Object.fromEntries(Object.entries(input.groups).filter(([, ours]) => ours !== ""));
      return importChannels(tx, actor, getEnv().LYCEUM_SECRET, listOf(input).channels, { ...input, groups });
    },
  }),
);

function listOf({ text, source }: { text: string; source: "detect" | ChannelImport["source"] }): ChannelImport {
  const list = readChannelImport(text, source === "detect" ? undefined : source);
  if (list !== null) return list;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: "这不是渠道列表：应为 GET /api/channel/ 的应答，或渠道的 JSON 数组。",
      reason_en:
        "this is no list of channels: it should be an answer of GET /api/channel/, or a JSON list of channels.",
    },
  });
}
