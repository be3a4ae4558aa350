"use server";
import { listKeys, listSquare, setKeyLimits, updateKey } from "@lyceum/db";
import { AppError, parseAmount } from "@lyceum/domain";
import { worksFor } from "#features/keys/working-model.ts";
import { defineAction } from "#server/define-action.ts";
import { capInput, keyModelInput } from "./schema.ts";

/** Lets a key of one's own that is limited to models use one more, or takes that back. A key without such a limit stays as it is. */
export const setKeyModel = defineAction({
  role: "any",
  input: keyModelInput,
  run: async ({ tx, db, actor, input: { keyId, model: name, wanted } }) => {
    const key = (await listKeys(tx, actor.id)).find((each) => each.id === keyId);
    if (key === undefined) throw new AppError("not_found");
    const model = (await listSquare(db, { userId: actor.id })).find((each) => each.name === name);
    if (model === undefined) throw new AppError("model_not_found", { parameters: { model: name } });
    if (wanted && !worksFor(model, { groupId: key.groupId }))
      throw new AppError("model_not_allowed", { parameters: { model: name } });
    const rest = key.models.filter((each) => each !== name);
    // Without any name the key would have every model, which nobody asked for.
    if (key.models.length === 0 || (!wanted && rest.length === 0) || key.models.includes(name) === wanted)
      return { changed: false };
    await updateKey(tx, actor, { userId: actor.id, keyId, models: wanted ? [...rest, name] : rest });
    return { changed: true };
  },
});

/** Caps what a key of one's own may spend, and leaves its other limits. */
export const capKey = defineAction({
  role: "any",
  input: capInput,
  fields: { invalid_amount: "cap" },
  run: async ({ tx, actor, input: { keyId, cap, capPeriod } }) => {
    const limits = { capNanos: parseAmount(cap), capPeriod };
    await setKeyLimits(tx, actor, { userId: actor.id, keyId, limits });
  },
});
