import type { Refusal } from "../../scripts/plan.ts";
import type { Manners } from "../protocol.ts";

/** The usual error types by status; others are `api_error`. */
const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  422: "invalid_request_error",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** What all of Anthropic's paths have in common. */
export const anthropicManners: Manners = { credentials: ["x-api-key", "bearer"], encodeRefusal };

/** An error body in Anthropic's shape; the type follows the status, or the code where the status says nothing. */
function encodeRefusal({ status, code, message }: Refusal): string {
  const type = code === "overloaded" ? "overloaded_error" : (errorTypes[status] ?? "api_error");
  return JSON.stringify({ type: "error", error: { type, message }, request_id: "req_demo" });
}
