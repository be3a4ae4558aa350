import type { PresetRow } from "@lyceum/db";
import { z } from "zod";
import type { OwnPreset } from "../contract.ts";
import { type Parameters, parametersSchema } from "../parameters.ts";
import { playgroundLimits } from "../routes.ts";
import { storedParameters } from "../views.ts";

const id = z.uuid();
/** PostgreSQL keeps no NUL. */
const withoutNul = (value: string) => value.replaceAll("\0", "");
const name = z
  .string()
  .overwrite((value) => value.replace(/\p{Cc}+/gu, " "))
  .trim()
  .min(1)
  .max(playgroundLimits.presetNameLength);

const content = z
  .object({
    systemPrompt: z
      .string()
      .max(playgroundLimits.systemPromptLength, "playground.systemPromptTooLong")
      .overwrite(withoutNul),
    parameters: parametersSchema,
    prompt: z.string().max(playgroundLimits.presetPromptLength, "playground.presetPromptTooLong").overwrite(withoutNul),
  })
  .refine(
    ({ systemPrompt, parameters, prompt }) =>
      systemPrompt.trim() !== "" || prompt.trim() !== "" || Object.keys(parameters).length > 0,
    "playground.presetEmpty",
  );

/** Data: OwnPreset. */
export const createPresetInput = z.object({ name, content });

/** Another name, or what it sets; the other stays. Data: OwnPreset. */
export const changePresetInput = z
  .object({ presetId: id, name: name.optional(), content: content.optional() })
  .refine((input) => input.name !== undefined || input.content !== undefined);

/** deletePreset: data {}. restorePreset: data OwnPreset. */
export const presetInput = z.object({ presetId: id });

/** A preset as the page gets it. */
export function ownPreset({ parameters, ...row }: PresetRow): OwnPreset {
  return { ...row, parameters: storedParameters(parameters) satisfies Parameters };
}
