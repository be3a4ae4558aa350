import type { ErrorCode } from "./errors.ts";

/** Pages of the console where an error can be mended. */
const pages = {
  address: "/docs#address",
  keys: "/keys",
  balance: "/balance/empty",
  terms: "/terms",
  models: "/models",
} as const;

const pageOf: Partial<Record<ErrorCode, keyof typeof pages>> = {
  not_found: "address",
  method_not_allowed: "address",
  missing_key: "keys",
  invalid_key: "keys",
  key_disabled: "keys",
  key_expired: "keys",
  key_leaked: "keys",
  key_cap_exceeded: "keys",
  network_not_allowed: "keys",
  course_not_open: "keys",
  group_not_allowed: "keys",
  insufficient_balance: "balance",
  user_cap_exceeded: "balance",
  group_cap_exceeded: "balance",
  terms_required: "terms",
  model_not_found: "models",
  model_not_allowed: "models",
  model_removed: "models",
  model_unpriced: "models",
  model_paused: "models",
  model_lacks_capability: "models",
};

export type HealingPage = keyof typeof pages | "explained";

/** Which page of the console goes on from an error: where it can be mended, else where its code is explained. */
export function healingPage(code: ErrorCode): { readonly page: HealingPage; readonly href: string } {
  const page = pageOf[code];
  return page === undefined ? { page: "explained", href: `/docs/errors#${code}` } : { page, href: pages[page] };
}
