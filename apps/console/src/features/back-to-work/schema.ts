import { capPeriods } from "@lyceum/domain";
import { z } from "zod";

export const keyModelInput = z.object({
  keyId: z.uuid(),
  model: z.string().trim().min(1).max(128),
  wanted: z.boolean(),
});

export const capInput = z.object({
  keyId: z.uuid(),
  cap: z.string().trim().min(1).max(24),
  capPeriod: z.enum(capPeriods),
});
