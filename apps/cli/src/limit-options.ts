import type { LimitChanges } from "@lyceum/db";
import { capPeriods, formatAmount, type Limits, parseAmount } from "@lyceum/domain";
import { type Option, UsageError, type Values } from "./command.ts";

/** The options that set limits, the same for keys, people and groups. */
export const limitOptions = {
  rpm: { value: "N|none", help: "requests in any 60 seconds" },
  tpm: { value: "N|none", help: "input and output tokens in any 60 seconds" },
  parallel: { value: "N|none", help: "requests that run at the same time" },
  cap: { value: "AMOUNT|none", help: "the most that may be spent in one period" },
  "cap-period": { value: capPeriods.join("|"), help: "what the cap counts", choices: capPeriods },
} as const satisfies Record<string, Option>;

/** The limits that were typed; "none" lifts one. Throws UsageError, and `invalid_amount`. */
export function limitChanges(values: Values): LimitChanges {
  const cap = values.optional("cap");
  return {
    rpmLimit: count(values, "rpm"),
    tpmLimit: count(values, "tpm"),
    parallelLimit: count(values, "parallel"),
    capNanos: cap === undefined ? undefined : cap === "none" ? null : parseAmount(cap),
    capPeriod: capPeriods.find((each) => each === values.optional("cap-period")),
  };
}

function count(values: Values, name: string): number | null | undefined {
  const text = values.optional(name);
  if (text === undefined) return undefined;
  if (text === "none") return null;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`The option --${name} is a whole number or none, not "${text}".`);
  return Number(text);
}

/** Whether nothing was typed that would change a limit. */
export function isEmpty(changes: LimitChanges): boolean {
  return Object.values(changes).every((value) => value === undefined);
}

/** Limits for people: "60 requests a minute, 5 a day"; "none". */
export function limitWords({ rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod }: Limits): string {
  const words = [
    rpmLimit === null ? null : `${rpmLimit} requests a minute`,
    tpmLimit === null ? null : `${tpmLimit} tokens a minute`,
    parallelLimit === null ? null : `${parallelLimit} parallel requests`,
    capNanos === null ? null : `${formatAmount(capNanos)} ${capPeriod === "total" ? "in total" : `a ${capPeriod}`}`,
  ].filter((each) => each !== null);
  return words.join(", ") || "none";
}

/** Limits for machines: amounts as decimal text. */
export function limitJson({ rpmLimit, tpmLimit, parallelLimit, capNanos, capPeriod }: Limits) {
  return {
    rpm: rpmLimit,
    tpm: tpmLimit,
    parallel: parallelLimit,
    cap: capNanos === null ? null : formatAmount(capNanos),
    capPeriod: capNanos === null ? null : capPeriod,
  };
}
