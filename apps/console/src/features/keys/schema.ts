import { capPeriods } from "@lyceum/domain";
import { z } from "zod";
import { expiryPresets } from "./expiry.ts";

const limits = {
  name: z.string().trim().min(1).max(64),
  scope: z.enum(["all", "pick"]),
  models: z.array(z.string().trim().min(1).max(128)).max(500),
  /** Decimal text; empty: no cap. */
  cap: z.string().trim().max(24),
  capPeriod: z.enum(capPeriods),
};

const pickedSome = (input: { scope: "all" | "pick"; models: string[] }) =>
  input.scope === "all" || input.models.length > 0;
const pickedNone = { path: ["models"], message: "keys.pickSome" };

export const createKeyInput = z
  .object({ ...limits, groupId: z.string().min(1).max(64), expiry: z.enum(expiryPresets) })
  .refine(pickedSome, pickedNone);

export const editExpiries = ["keep", ...expiryPresets] as const;

export const updateKeyInput = z
  .object({ ...limits, keyId: z.uuid(), expiry: z.enum(editExpiries) })
  .refine(pickedSome, pickedNone);

export const keyInput = z.object({ keyId: z.uuid() });
