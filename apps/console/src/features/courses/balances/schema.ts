import { allowanceModes } from "@lyceum/domain";
import { z } from "zod";

export const previewChoices = z.object({});
export const applyChoices = z.object({
  mode: z.enum(allowanceModes),
  reason: z.string().trim().min(1, "courses.reasonMissing").max(200),
  /** Rows that can't be taken are left out; else they stop all of it. */
  skipBad: z.boolean(),
  /** Of the page, the same until a reply comes: it is done once. */
  actId: z.uuid().optional(),
});
