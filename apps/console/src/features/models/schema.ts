import type { ModelCapability } from "@lyceum/db";
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

export const removeModelInput = modelIdInput.extend({ reason: z.string().trim().max(200) });

export const setConstraintsInput = modelIdInput.extend({ constraints: constraintsInput });

export const proposalIdInput = z.object({ proposalId: z.uuid() });
