import type { CapPeriod } from "@lyceum/domain";
import type { FormValues } from "#components/form/use-action-form.ts";

/** The limits that were typed into LimitFields and CapFields; the action checks them. */
export function limitInputOf(values: FormValues) {
  return {
    rpmLimit: String(values.rpmLimit ?? ""),
    tpmLimit: String(values.tpmLimit ?? ""),
    parallelLimit: String(values.parallelLimit ?? ""),
    cap: String(values.cap ?? ""),
    capPeriod: String(values.capPeriod) as CapPeriod,
  };
}
