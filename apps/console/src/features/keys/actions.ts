"use server";
import {
  createKey as createKeyIn,
  deleteKey as deleteKeyIn,
  disableKey as disableKeyIn,
  enableKey as enableKeyIn,
  listKeys,
  listSquare,
  setKeyLimits,
  updateKey as updateKeyIn,
} from "@lyceum/db";
import { AppError } from "@lyceum/domain";
import { limitsOf } from "#features/limits/schema.ts";
import { defineAction } from "#server/define-action.ts";
import { getSettings } from "#server/settings.ts";
import { getBaseUrl } from "./base-url.ts";
import { presetExpiry } from "./expiry.ts";
import { createKeyInput, keyInput, updateKeyInput } from "./schema.ts";
import { workingModel } from "./working-model.ts";

const fields = {
  invalid_amount: "cap",
  group_not_allowed: "groupId",
  group_not_found: "groupId",
  model_not_found: "models",
} as const;

/** Makes a key of one's own. The secret is in this answer and nowhere else afterwards. */
export const createKey = defineAction({
  role: "any",
  input: createKeyInput,
  fields,
  run: async ({ tx, db, actor, input }) => {
    const { name, groupId } = input;
    const models = modelsOf(input);
    const expiresAt = presetExpiry(input.expiry, new Date(), await getSettings());
    const wanted = { userId: actor.id, name, groupId, models, expiresAt, ...limitsOf(input) };
    const key = await createKeyIn(tx, actor, wanted);
    const square = await listSquare(db, { userId: actor.id });
    const model = workingModel(square, { groupId, models });
    return { ...key, name, expiresAt, model, baseUrl: await getBaseUrl() };
  },
});

export const updateKey = defineAction({
  role: "any",
  input: updateKeyInput,
  fields,
  run: async ({ tx, actor, input }) => {
    const own = { userId: actor.id, keyId: input.keyId };
    const before = (await listKeys(tx, actor.id)).find((key) => key.id === input.keyId);
    if (!before) throw new AppError("not_found");
    const settings = await getSettings();
    const models = modelsOf(input);
    // Before the rest, because it locks the account, which comes before the keys.
    await setKeyLimits(tx, actor, { ...own, limits: limitsOf(input) });
    await updateKeyIn(tx, actor, {
      ...own,
      name: input.name,
      // Names that stay are not checked again: a model that was removed since must not keep the key from being renamed.
      ...(sameNames(models, before.models) ? {} : { models }),
      ...(input.expiry === "keep" ? {} : { expiresAt: presetExpiry(input.expiry, new Date(), settings) }),
    });
  },
});

export const disableKey = defineAction({
  role: "any",
  input: keyInput,
  run: ({ tx, actor, input }) => disableKeyIn(tx, actor, { userId: actor.id, keyId: input.keyId }),
});

export const enableKey = defineAction({
  role: "any",
  input: keyInput,
  run: ({ tx, actor, input }) => enableKeyIn(tx, actor, { userId: actor.id, keyId: input.keyId }),
});

export const deleteKey = defineAction({
  role: "any",
  input: keyInput,
  run: ({ tx, actor, input }) => deleteKeyIn(tx, actor, { userId: actor.id, keyId: input.keyId }),
});

function modelsOf(input: { scope: "all" | "pick"; models: string[] }): string[] {
  return input.scope === "all" ? [] : input.models;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
