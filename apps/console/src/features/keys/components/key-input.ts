import type { FormValues } from "#components/form/use-action-form.ts";
import { limitInputOf } from "#features/limits/limit-input.ts";

/** What both forms of a key have in common, from what was typed; the action checks it. */
export function keyInputOf(values: FormValues) {
  const { models = [] } = values;
  return {
    name: String(values.name ?? ""),
    scope: values.scope === "pick" ? ("pick" as const) : ("all" as const),
    models: Array.isArray(models) ? models : [models],
    ...limitInputOf(values),
  };
}
