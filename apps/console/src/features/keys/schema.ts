import { z } from "zod";
import { limitFields } from "#features/limits/schema.ts";
import { expiryPresets } from "./expiry.ts";

const facts = {
  name: z.string().trim().min(1).max(64),
  scope: z.enum(["all", "pick"]),
  models: z.array(z.string().trim().min(1).max(128)).max(500),
  ...limitFields,
};

const pickedSome = (input: { scope: "all" | "pick"; models: string[] }) =>
  input.scope === "all" || input.models.length > 0;
const pickedNone = { path: ["models"], message: "keys.pickSome" };

export const createKeyInput = z
  .object({ ...facts, groupId: z.string().min(1).max(64), expiry: z.enum(expiryPresets) })
  .refine(pickedSome, pickedNone);

export const editExpiries = ["keep", ...expiryPresets] as const;

export const updateKeyInput = z
  .object({ ...facts, keyId: z.uuid(), expiry: z.enum(editExpiries) })
  .refine(pickedSome, pickedNone);

export const keyInput = z.object({ keyId: z.uuid() });
