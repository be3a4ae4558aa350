"use server";
import {
  type CreatedKey,
  createKey as createKeyIn,
  type Db,
  deleteKey as deleteKeyIn,
  disableKey as disableKeyIn,
  enableKey as enableKeyIn,
  listKeys,
  listSquare,
  MAX_KEYS,
  reportLeakedKey,
  rollKey as rollKeyIn,
  setKeyLimits,
  type Tx,
  updateKey as updateKeyIn,
} from "@lyceum/db";
import { AppError, isApiKey } from "@lyceum/domain";
import { limitsOf } from "#features/limits/schema.ts";
import { defineAction, definePublicAction } from "#server/define-action.ts";
import { getSession } from "#server/session.ts";
import { getSettings } from "#server/settings.ts";
import { getBaseUrl } from "./base-url.ts";
import { presetExpiry } from "./expiry.ts";
import type { LeakAnswer } from "./leak-answer.ts";
import { takeLeakReport } from "./leak-throttle.ts";
import type { MadeKey, MadeKeys } from "./made-key.ts";
import {
  createKeyInput,
  createKeysInput,
  keyExpiryInput,
  keyInput,
  reportLeakInput,
  rollKeyInput,
  updateKeyInput,
} from "./schema.ts";
import { workingModels } from "./working-model.ts";

const fields = {
  invalid_amount: "cap",
  group_not_allowed: "groupId",
  group_not_found: "groupId",
  model_not_found: "models",
} as const;

/** More would not fit into a program's link. */
const MOST_MODELS = 50;
/** Fifty keys, each with what a key asks of the database. */
const MANY_MS = 60_000;

/** Makes a key of one's own. The secret is in this answer and nowhere else afterwards. */
export const createKey = defineAction({
  role: "any",
  input: createKeyInput,
  fields,
  run: async ({ tx, db, actor, input }) => {
    const { name, groupId, networks } = input;
    const models = modelsOf(input);
    const expiresAt = presetExpiry(input.expiry, new Date(), await getSettings());
    const wanted = { userId: actor.id, name, groupId, models, expiresAt, networks, ...limitsOf(input) };
    const key = await createKeyIn(tx, actor, wanted);
    return shownOnce(db, actor.id, key, { name, groupId, models, expiresAt });
  },
});

/** Makes several keys that differ in name only: all of them, or none. */
export const createKeys = defineAction({
  role: "any",
  input: createKeysInput,
  fields,
  timeoutMs: MANY_MS,
  run: async ({ tx, actor, input }): Promise<MadeKeys> => {
    const { groupId, networks } = input;
    const expiresAt = presetExpiry(input.expiry, new Date(), await getSettings());
    const common = { userId: actor.id, groupId, models: modelsOf(input), expiresAt, networks, ...limitsOf(input) };
    await requireRoom(tx, actor.id, input.names.length);
    const keys = [];
    for (const name of input.names) {
      const { id, secret } = await createKeyIn(tx, actor, { ...common, name });
      keys.push({ id, name, secret });
    }
    return { keys, expiresAt, baseUrl: await getBaseUrl() };
  },
});

/** Gives a key a new secret, which is in this answer and nowhere else afterwards. */
export const rollKey = defineAction({
  role: "any",
  input: rollKeyInput,
  run: async ({ tx, db, actor, input }) => {
    const key = await rollKeyIn(tx, actor, { userId: actor.id, ...input });
    const row = (await listKeys(tx, actor.id)).find(({ id }) => id === key.id);
    if (!row) throw new AppError("not_found");
    return { ...(await shownOnce(db, actor.id, key, row)), formerEndsAt: row.formerEndsAt };
  },
});

export const updateKey = defineAction({
  role: "any",
  input: updateKeyInput,
  fields,
  run: async ({ tx, actor, input }) => {
    const own = { userId: actor.id, keyId: input.keyId };
    const settings = await getSettings();
    // Before the rest, because it locks the account, which comes before the keys.
    await setKeyLimits(tx, actor, { ...own, limits: limitsOf(input) });
    await updateKeyIn(tx, actor, {
      ...own,
      name: input.name,
      networks: input.networks,
      models: modelsOf(input),
      ...(input.expiry === "keep" ? {} : { expiresAt: presetExpiry(input.expiry, new Date(), settings) }),
    });
  },
});

/** When a key ends, and nothing else: for those that never would. */
export const setKeyExpiry = defineAction({
  role: "any",
  input: keyExpiryInput,
  run: async ({ tx, actor, input }) => {
    const expiresAt = presetExpiry(input.expiry, new Date(), await getSettings());
    await updateKeyIn(tx, actor, { userId: actor.id, keyId: input.keyId, expiresAt });
    return { expiresAt };
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

/** Freezes a key that somebody found. Whoever has it whole may do so, signed in or not; the key itself is written down nowhere. */
export const reportLeak = definePublicAction({
  input: reportLeakInput,
  fields: { rpm_exceeded: "key" },
  run: async ({ db, input: { key }, deviceId, ip }): Promise<LeakAnswer> => {
    takeLeakReport(deviceId);
    // The checksum tells without asking the database, which nobody can keep busy by guessing.
    if (!isApiKey(key)) return { outcome: "malformed" };
    const user = await getSession();
    const actor = { id: user?.id ?? null, name: user?.name ?? "leaked-key page", ip };
    try {
      return await db.$transaction((tx) => reportLeakedKey(tx, actor, key));
    } catch (error) {
      if (error instanceof AppError && error.code === "invalid_key") return { outcome: "unknown" };
      throw error;
    }
  },
});

/** The key with what its sample code and links need. */
async function shownOnce(
  db: Db,
  userId: string,
  key: CreatedKey,
  facts: { name: string; groupId: string; models: readonly string[]; expiresAt: Date | null },
): Promise<MadeKey> {
  const { name, groupId, models, expiresAt } = facts;
  const working = workingModels(await listSquare(db, { userId }), { groupId, models });
  return {
    ...key,
    name,
    expiresAt,
    model: working[0]?.name ?? null,
    models: working.slice(0, MOST_MODELS).map(({ name: each, capabilities, contextTokens, maxOutputTokens }) => ({
      ...{ name: each, capabilities, contextTokens, maxOutputTokens },
    })),
    baseUrl: await getBaseUrl(),
  };
}

/** Says so before any is made; each creation looks again, under the account's lock. */
async function requireRoom(tx: Tx, userId: string, wanted: number): Promise<void> {
  const room = MAX_KEYS - (await listKeys(tx, userId)).length;
  if (wanted <= room) return;
  throw new AppError("invalid_request", {
    parameters: {
      reason_zh: `最多 ${MAX_KEYS} 把密钥，还能创建 ${room} 把。`,
      reason_en: `there may be ${MAX_KEYS} keys, and ${room} more can be made.`,
    },
  });
}

function modelsOf(input: { scope: "all" | "pick"; models: string[] }): string[] {
  return input.scope === "all" ? [] : input.models;
}
