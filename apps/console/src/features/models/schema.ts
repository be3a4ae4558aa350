import type { ModelCapability } from "@lyceum/db";
import { fieldPathSchema } from "@lyceum/domain";
import { z } from "zod";
import { constraintsInput } from "./constraint-fields.ts";

/** Repeated here because the form runs in the browser, where @lyceum/db can't go. */
export const capabilities = [
  "vision",
  "tools",
  "reasoning",
  "audio",
  "realtime",
  "embedding",
] as const satisfies readonly ModelCapability[];

/** A number of tokens as typed, with or without commas; empty: unknown. */
const tokens = z
  .string()
  .trim()
  .regex(/^(\d{1,3}(,\d{3})+|\d{0,12})$/, "validation.notWhole")
  .transform((text) => (text === "" ? null : Number(text.replaceAll(",", ""))))
  .pipe(z.number().min(1).max(100_000_000).nullable());

export const modelIdInput = z.object({ modelId: z.uuid() });

export const updateModelInput = modelIdInput.extend({
  vendor: z.string().trim().max(64),
  description: z.string().trim().max(1000),
  capabilities: z.array(z.enum(capabilities)).max(10),
  contextTokens: tokens,
  maxOutputTokens: tokens,
  usualOutputTokens: tokens,
  groups: z.array(z.string().max(64)).max(100),
  isLocal: z.boolean(),
});

const reason = z.string().trim().max(200);

export const pauseModelInput = modelIdInput.extend({ reason });

/** A day as the browser's date field gives it; empty: at once. The action knows the campus's clock. */
const retirement = z.object({
  day: z.union([z.literal(""), z.iso.date("validation.invalidDate")]),
  redirectId: z.union([z.literal("").transform(() => null), z.uuid()]),
  reason,
});

export const retireModelInput = modelIdInput.extend(retirement.shape);

const amount = z.string().trim().max(30);
const groupIds = z.array(z.string().max(64)).min(1, "validation.required").max(100);

/** One act for every model that is ticked. */
export const changeModelsInput = z.object({
  modelIds: z.array(z.uuid()).min(1).max(500),
  act: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("pause"), reason }),
    z.object({ kind: z.literal("resume") }),
    z.object({ kind: z.literal("restore") }),
    retirement.extend({ kind: z.literal("retire") }),
    z.object({ kind: z.literal("open"), groups: groupIds }),
    z.object({ kind: z.literal("close"), groups: groupIds }),
    z.object({
      kind: z.literal("price"),
      price: z.object({ input: amount.min(1, "validation.required"), output: amount.min(1, "validation.required") }),
    }),
    z.object({ kind: z.literal("factor"), factor: amount.min(1, "validation.required") }),
    z.object({
      kind: z.literal("capabilities"),
      add: z.array(z.enum(capabilities)),
      remove: z.array(z.enum(capabilities)),
    }),
    z.object({
      kind: z.literal("reject"),
      fields: z
        .string()
        .max(5_000)
        .transform((text) => text.split(/[\s,，;；]+/).filter((part) => part !== ""))
        .pipe(z.array(fieldPathSchema.catch("")).min(1, "validation.required").max(40))
        .refine((names) => !names.includes(""), "models.badField"),
    }),
  ]),
});

export const setConstraintsInput = modelIdInput.extend({ constraints: constraintsInput });

export const proposalIdInput = z.object({ proposalId: z.uuid() });
