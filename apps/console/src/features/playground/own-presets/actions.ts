"use server";
import {
  changePreset as changeRow,
  createPreset as createRow,
  deletePreset as deleteRow,
  restorePreset as restoreRow,
} from "@lyceum/db";
import { defineAction } from "#server/define-action.ts";
import { playgroundLimits } from "../routes.ts";
import { changePresetInput, createPresetInput, ownPreset, presetInput } from "./schema.ts";

// Acts on one's own presets: of somebody else's they hear not_found. None is in the audit trail, as with conversations.

const own = { role: "any", keepsPage: true, fields: { name_taken: "name" } } as const;

/** Keeps what is set under a name. */
export const createPreset = defineAction({
  ...own,
  input: createPresetInput,
  run: async ({ tx, actor, input: { name, content } }) =>
    ownPreset(await createRow(tx, actor.id, { name, ...content }, playgroundLimits.presets)),
});

/** Renames a preset, or has it set something else. */
export const changePreset = defineAction({
  ...own,
  input: changePresetInput,
  run: async ({ tx, actor, input: { presetId, ...changes } }) =>
    ownPreset(await changeRow(tx, actor.id, presetId, changes)),
});

/** Deletes a preset. */
export const deletePreset = defineAction({
  ...own,
  input: presetInput,
  run: async ({ tx, actor, input }) => {
    await deleteRow(tx, actor.id, input.presetId);
    return {};
  },
});

/** Takes back its deletion. */
export const restorePreset = defineAction({
  ...own,
  input: presetInput,
  run: async ({ tx, actor, input }) =>
    ownPreset(await restoreRow(tx, actor.id, input.presetId, playgroundLimits.presets)),
});
