import { channelOverridesSchema, importSources, providerIds } from "@lyceum/domain";
import { z } from "zod";
import { isTooLong } from "#features/imports/list-size.ts";
import { amountProblem } from "#features/prices/price-fields.ts";
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
      /** As a trial found them; only a model that is new is said to have them. */
      capabilities: z.array(z.enum(["vision", "tools", "embedding"])).optional(),
    }),
  )
  .max(500)
  .superRefine((rows, context) => {
    for (const index of duplicateNames(rows)) {
      context.addIssue({ code: "custom", message: "channels.duplicateModel", path: [index, "name"] });
    }
  });

/** Of models that are new, per million tokens; both empty: they get none yet. */
const newPrices = { inputPrice: z.string().trim().max(40), outputPrice: z.string().trim().max(40) };
function checkPrices(input: { inputPrice: string; outputPrice: string }, context: z.RefinementCtx): void {
  if (input.inputPrice === "" && input.outputPrice === "") return;
  for (const side of ["input", "output"] as const) {
    const problem = amountProblem(side, input[`${side}Price`]);
    if (problem !== null) context.addIssue({ code: "custom", message: `prices.${problem}`, path: [`${side}Price`] });
  }
}

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
export const createChannelInput = z
  .object({ name, protocol, ...address, models: modelRows, groups, ...ranking, ...newPrices })
  .superRefine(checkPrices);

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
  /** Empty: none. */
  firstTokenTimeoutSeconds: z.union([z.literal(""), whole(1, 3600)]),
  parallelLimit: z.union([z.literal(""), whole(1, 100_000)]),
});

export const setChannelEnabledInput = channelIdInput.extend({ enabled: z.boolean() });

export const addChannelModelsInput = channelIdInput
  .extend({ models: modelRows.min(1, "channels.noModels"), groups, ...ranking, ...newPrices })
  .superRefine(checkPrices);

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

export const testSavedChannelInput = channelIdInput.extend({ upstreamModel, credentialId: z.uuid().optional() });

/** What is to be tried: models of a saved channel, with one of its credentials, or what is in a form. */
export const trialsInput = z.object({
  models: z.array(upstreamModel.min(1)).min(1).max(500),
  depth: z.enum(["answer", "all"]),
  of: z.union([
    z.object({ channelId: z.uuid(), credentialId: z.uuid().optional() }).strict(),
    testChannelInput.omit({ upstreamModel: true }),
  ]),
});

export const channelIdsInput = z.object({ channelIds: z.array(z.uuid()).min(1).max(500) });
export const setChannelsEnabledInput = channelIdsInput.extend({ enabled: z.boolean() });
export const copyChannelInput = channelIdInput.extend({ name, credential: address.credential });

const credentialFields = {
  label: z.string().trim().max(64),
  secret: address.credential,
  weight: ranking.weight,
};
export const addCredentialInput = channelIdInput.extend({
  ...credentialFields,
  secret: address.credential.min(1),
});
/** An empty secret leaves the stored one. */
export const updateCredentialInput = z.object({ credentialId: z.uuid(), ...credentialFields });
export const credentialIdInput = z.object({ credentialId: z.uuid() });
export const setCredentialEnabledInput = credentialIdInput.extend({ enabled: z.boolean() });

export const overridesInput = channelIdInput.extend({ overrides: channelOverridesSchema });
export const previewInput = overridesInput.extend({ upstreamModel, body: z.string().max(65_536) });

const listNames = z.array(z.string().min(1).max(256)).min(1).max(500);
export const listDecisionInput = channelIdInput.extend({ names: listNames });

export const importInput = z.object({
  text: z
    .string()
    .min(1, "imports.empty")
    .refine((text) => !isTooLong(text), "imports.tooLong"),
  source: z.enum(["detect", ...importSources]),
  allowPrivate: z.boolean(),
});
export const applyImportInput = importInput.extend({
  chosen: z.array(z.number().int().min(0)).min(1, "imports.noneChosen").max(2_000),
  credentials: z.record(z.string().regex(/^\d{1,4}$/), address.credential),
  groups: z.record(z.string().max(64), z.string().max(64)),
});
