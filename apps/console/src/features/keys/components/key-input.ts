import type { CapPeriod } from "@lyceum/domain";
import type { FormValues } from "#components/form/use-action-form.ts";

/** What both forms of a key have in common, from what was typed; the action checks it. */
export function keyInputOf(values: FormValues) {
  const { models = [] } = values;
  return {
    name: String(values.name ?? ""),
    scope: values.scope === "pick" ? ("pick" as const) : ("all" as const),
    models: Array.isArray(models) ? models : [models],
    cap: String(values.cap ?? ""),
    capPeriod: String(values.capPeriod) as CapPeriod,
  };
}
