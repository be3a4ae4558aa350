import { speedProtocol } from "@lyceum/domain";
import { z } from "zod";

/** What a person asks to have measured. */
export const speedInput = z.object({
  models: z.array(z.string().min(1).max(200)).min(1).max(speedProtocol.mostModels),
  prompt: z.enum(["short", "long"]),
  language: z.enum(["zh", "en"]),
  isCached: z.boolean(),
  concurrency: z.union([z.literal(1), z.literal(4), z.literal(8)]),
});

export type SpeedInput = z.infer<typeof speedInput>;

export const shareInput = z.object({ runId: z.uuid(), isShared: z.boolean() });
