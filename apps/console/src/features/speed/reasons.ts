import type { Messages } from "#i18n/messages.ts";

const known = [
  "timeout",
  "stopped",
  "unreachable",
  "insufficient_balance",
  "user_cap_exceeded",
  "group_cap_exceeded",
  "rpm_exceeded",
  "tpm_exceeded",
  "tpm_too_small",
  "parallel_exceeded",
  "upstream_error",
  "upstream_timeout",
  "upstream_unavailable",
  "upstream_rate_limited",
  "model_paused",
  "model_removed",
  "group_not_allowed",
  "internal",
] as const;

type ReasonKey = `reason_${(typeof known)[number]}` & keyof Messages["speed"];

/** The key in messages/speed of why a request failed; null: it has no words of its own, and its code is shown. */
export function reasonKey(code: string): ReasonKey | null {
  const found = known.find((each) => each === code);
  return found === undefined ? null : `reason_${found}`;
}
