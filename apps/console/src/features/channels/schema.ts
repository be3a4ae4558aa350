import { providerIds } from "@lyceum/domain";
import { z } from "zod";
import { duplicateNames, publicNamePattern } from "./model-rows.ts";

/** A whole number as typed. */
const whole = (least: number, most: number) =>
  z
    .string()
    .trim()
    .regex(/^[-−]?\d{1,7}$/, "validation.notWhole")
    .transform((text) => Number(text.replace("−", "-")))
    .pipe(z.number().min(least).max(most));

const modelRows = z
  .array(
    z.object({
      name: z.string().trim().min(1).max(128).regex(publicNamePattern, "channels.badModelName"),
      upstreamModel: z.string().trim().min(1).max(256),
    }),
  )
  .max(500)
  .superRefine((rows, context) => {
    for (const index of duplicateNames(rows)) {
      context.addIssue({ code: "custom", message: "channels.duplicateModel", path: [index, "name"] });
    }
  });

const ranking = { priority: whole(-1000, 1000), weight: whole(1, 1000) };
const groups = z.array(z.string().max(64)).max(100);

const address = {
  baseUrl: z.string().trim().min(1).max(2048),
  credential: z
    .string()
    .trim()
    .max(4096)
    .regex(/^[\x21-\x7e]*$/, "channels.badCredential"),
  allowPrivate: z.boolean(),
};

const name = z.string().trim().min(1).max(64);
/** In place of a provider: the upstream is asked what it is. */
export const DETECT = "detect" as const;
const protocol = z.enum([DETECT, ...providerIds]);
export const channelIdInput = z.object({ channelId: z.uuid() });

/** With `DETECT` as its protocol, the address may be put right too. */
export const createChannelInput = z.object({
  name,
  protocol,
  ...address,
  models: modelRows,
  groups,
  ...ranking,
});

/** An empty credential leaves the stored one; `noCredential` takes it away. */
export const updateChannelInput = channelIdInput.extend({
  name,
  protocol: protocol.transform((name, context) => {
    if (name !== DETECT) return name;
    context.addIssue({ code: "custom", message: "channels.notDetected" });
    return z.NEVER;
  }),
  ...address,
  noCredential: z.boolean(),
  idleTimeoutSeconds: whole(1, 3600),
  totalTimeoutSeconds: whole(1, 3600),
});

export const setChannelEnabledInput = channelIdInput.extend({ enabled: z.boolean() });

export const addChannelModelsInput = channelIdInput.extend({
  models: modelRows.min(1, "channels.noModels"),
  groups,
  ...ranking,
});

export const setDeploymentInput = z.object({
  deploymentId: z.uuid(),
  priority: ranking.priority.optional(),
  weight: ranking.weight.optional(),
  enabled: z.boolean().optional(),
});

export const deploymentIdInput = z.object({ deploymentId: z.uuid() });

const upstreamModel = z.string().trim().max(256);

/** What is in the form; with `channelId` an empty credential means the stored one. No model: only its list is asked for. */
export const testChannelInput = z.object({
  channelId: z.uuid().optional(),
  protocol,
  ...address,
  noCredential: z.boolean(),
  upstreamModel,
});

export const testSavedChannelInput = channelIdInput.extend({ upstreamModel });
