import type { Refusal } from "../../scripts/plan.ts";
import type { Manners } from "../protocol.ts";

/** Google's names of statuses. */
const statusNames: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  413: "INVALID_ARGUMENT",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
  529: "UNAVAILABLE",
};

/** What all of Google's paths have in common. */
export const geminiManners: Manners = {
  credentials: ["x-goog-api-key", "key", "bearer"],
  encodeRefusal: (refusal) => JSON.stringify(errorBody(refusal), null, 2),
};

/** An error body in Google's shape. A failure that hides in a 200 says 503. */
export function errorBody({ status, message }: Refusal) {
  const code = status === 200 ? 503 : status;
  return { error: { code, message, status: statusNames[code] ?? "UNKNOWN" } };
}
