import { z } from "zod";
import { limitFields } from "#features/limits/schema.ts";

const MAX_MULTIPLIER = 1000;

const id = z
  .string()
  .trim()
  .min(1)
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "groups.badId");
const name = z.string().trim().min(1).max(64);
/** A decimal as typed, such as 0.8; the database keeps millionths. */
const multiplier = z
  .string()
  .trim()
  .min(1)
  .max(32, "groups.badMultiplier")
  .refine((text) => text === "" || isMultiplier(text), "groups.badMultiplier");
const isOpen = z.enum(["open", "members"]).transform((who) => who === "open");

export const createGroupInput = z.object({ id, name, multiplier, isOpen, ...limitFields });
export const updateGroupInput = z.object({
  id: z.string().min(1).max(64),
  name,
  multiplier,
  isOpen,
  ...limitFields,
});
export const deleteGroupInput = z.object({ id: z.string().min(1).max(64) });

function isMultiplier(text: string): boolean {
  return /^\d{1,4}(\.\d{1,6})?$/.test(text) && Number(text) <= MAX_MULTIPLIER;
}
