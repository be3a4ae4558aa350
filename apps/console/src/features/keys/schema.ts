import { MAX_NETWORKS, parseNetwork } from "@lyceum/domain";
import { z } from "zod";
import { limitFields } from "#features/limits/schema.ts";
import { editExpiries, expiryPresets } from "./expiry.ts";

/** The most keys of one person; what is made together counts too. */
const MOST_NAMES = 50;

const name = z.string().trim().min(1).max(64);

/** Lines as typed: addresses, or networks in CIDR notation; none: from anywhere. */
const networks = z
  .array(z.string().max(100))
  .max(200)
  .transform((lines) => lines.map((line) => line.trim()).filter(Boolean))
  .superRefine((lines, context) => {
    const wrong = lines.find((line) => parseNetwork(line) === null);
    if (wrong !== undefined) {
      context.addIssue({ code: "custom", message: "keys.badNetwork", params: { network: wrong } });
    } else if (lines.length > MAX_NETWORKS) {
      context.addIssue({ code: "custom", message: "keys.tooManyNetworks", params: { most: MAX_NETWORKS } });
    }
  });

const scoped = {
  scope: z.enum(["all", "pick"]),
  models: z.array(z.string().trim().min(1).max(128)).max(500),
  networks,
  ...limitFields,
};
const made = { ...scoped, groupId: z.string().min(1).max(64), expiry: z.enum(expiryPresets) };

const pickedSome = (input: { scope: "all" | "pick"; models: string[] }) =>
  input.scope === "all" || input.models.length > 0;
const pickedNone = { path: ["models"], message: "keys.pickSome" };

export const createKeyInput = z.object({ name, ...made }).refine(pickedSome, pickedNone);

/** One key for each line; two of the same name could not be told apart afterwards. */
const names = z
  .array(z.string().max(200))
  .max(500)
  .transform((lines) => lines.map((line) => line.trim()).filter(Boolean))
  .superRefine((lines, context) => {
    const issue = (message: string, params = {}) => context.addIssue({ code: "custom", message, params });
    const twice = lines.find((line, i) => lines.indexOf(line) !== i);
    const long = lines.find((line) => line.length > 64);
    if (lines.length === 0) issue("keys.noNames");
    else if (lines.length > MOST_NAMES) issue("keys.tooManyNames", { most: MOST_NAMES });
    else if (long !== undefined) issue("keys.longName", { name: `${long.slice(0, 24)}…` });
    else if (twice !== undefined) issue("keys.sameName", { name: twice });
  });

export const createKeysInput = z.object({ names, ...made }).refine(pickedSome, pickedNone);

export const updateKeyInput = z
  .object({ name, ...scoped, keyId: z.uuid(), expiry: z.enum(editExpiries) })
  .refine(pickedSome, pickedNone);

export const keyInput = z.object({ keyId: z.uuid() });
export const keyExpiryInput = z.object({ keyId: z.uuid(), expiry: z.enum(expiryPresets) });
/** What was pasted; its length is looked at before anything else is. */
export const reportLeakInput = z.object({ key: z.string().trim().min(1).max(200) });
export const rollKeyInput = z.object({ keyId: z.uuid(), atOnce: z.boolean() });
