import { z } from "zod";

/** `id` null: all of them. */
export const markInput = z.object({ id: z.uuid().nullable(), read: z.boolean() });
