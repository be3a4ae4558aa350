import type { FormValues } from "#components/form/use-action-form.ts";
import { limitInputOf } from "#features/limits/limit-input.ts";
import type { ExpiryPreset } from "../expiry.ts";

/** What all forms of a key have in common, from what was typed; the action checks it. */
export function keyInputOf(values: FormValues) {
  const { models = [] } = values;
  return {
    scope: values.scope === "pick" ? ("pick" as const) : ("all" as const),
    models: Array.isArray(models) ? models : [models],
    networks: linesOf(values.networks),
    ...limitInputOf(values),
  };
}

/** As keyInputOf, for keys that don't exist yet. */
export function newKeyInputOf(values: FormValues) {
  return {
    ...keyInputOf(values),
    groupId: String(values.groupId ?? ""),
    expiry: String(values.expiry) as ExpiryPreset,
  };
}

/** What was typed into a field of several lines. */
export function linesOf(value: string | string[] | undefined): string[] {
  return String(value ?? "").split(/\r?\n/);
}
