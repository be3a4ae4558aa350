import { type AppError, type ErrorCode, formatRequestId } from "@lyceum/domain";
import type { UpstreamComplaint } from "../../canonical/reply.ts";
import { isRecord } from "../../json/is-record.ts";

type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

/** Anthropic's `type` for each of our codes (docs.anthropic.com/en/api/errors); its 529 is our 503. */
const types = {
  invalid_request: "invalid_request_error",
  invalid_json: "invalid_request_error",
  body_too_large: "request_too_large",
  unsupported_media_type: "invalid_request_error",
  not_found: "not_found_error",
  method_not_allowed: "invalid_request_error",
  missing_key: "authentication_error",
  invalid_key: "authentication_error",
  key_disabled: "authentication_error",
  key_expired: "authentication_error",
  key_leaked: "authentication_error",
  network_not_allowed: "permission_error",
  account_disabled: "permission_error",
  insufficient_balance: "billing_error",
  key_cap_exceeded: "billing_error",
  user_cap_exceeded: "billing_error",
  group_cap_exceeded: "billing_error",
  rpm_exceeded: "rate_limit_error",
  tpm_exceeded: "rate_limit_error",
  parallel_exceeded: "rate_limit_error",
  tpm_too_small: "invalid_request_error",
  model_not_found: "not_found_error",
  model_not_allowed: "permission_error",
  model_removed: "not_found_error",
  model_unpriced: "permission_error",
  model_paused: "overloaded_error",
  model_lacks_capability: "invalid_request_error",
  upstream_rejected: "invalid_request_error",
  upstream_rate_limited: "rate_limit_error",
  upstream_unavailable: "overloaded_error",
  upstream_error: "api_error",
  upstream_timeout: "timeout_error",
  database_unavailable: "overloaded_error",
  overloaded: "overloaded_error",
  queue_full: "overloaded_error",
  queue_timeout: "overloaded_error",
  internal: "api_error",
  forbidden: "permission_error",
  terms_required: "permission_error",
  invalid_input: "invalid_request_error",
  invalid_student_id: "invalid_request_error",
  student_id_taken: "invalid_request_error",
  weak_password: "invalid_request_error",
  registration_closed: "permission_error",
  invalid_credentials: "authentication_error",
  sign_in_delayed: "rate_limit_error",
  invalid_amount: "invalid_request_error",
  name_taken: "invalid_request_error",
  site_address_missing: "invalid_request_error",
  user_not_found: "not_found_error",
  group_not_found: "not_found_error",
  group_not_allowed: "permission_error",
  course_not_open: "permission_error",
  group_in_use: "invalid_request_error",
  channel_not_found: "not_found_error",
  channel_unreachable: "invalid_request_error",
  channel_not_llm: "invalid_request_error",
  channel_credential_refused: "invalid_request_error",
  channel_model_refused: "invalid_request_error",
  channel_address_refused: "invalid_request_error",
} satisfies Record<ErrorCode, ErrorType>;

/** The error in Anthropic's shape, its sentence in both languages. `requestId` is a UUID. */
export function encodeError(error: AppError, requestId: string): Buffer {
  return Buffer.from(errorText(error, requestId));
}

/** The same as an event of a stream, after which nothing follows. */
export function encodeStreamError(error: AppError, requestId: string): string {
  return `event: error\ndata: ${errorText(error, requestId)}\n\n`;
}

function errorText(error: AppError, requestId: string): string {
  return JSON.stringify({
    type: "error",
    error: {
      type: typeOf(error),
      message: `${sentence(error, "zh")} / ${sentence(error, "en")}`,
      code: error.code,
      whose_move: error.move,
      ...(error.consoleUrl !== undefined && { console_url: error.consoleUrl }),
      ...(error.parameters.param !== undefined && { param: error.parameters.param }),
      ...(error.parameters.scope !== undefined && { scope: error.parameters.scope }),
    },
    request_id: formatRequestId(requestId),
  });
}

/** A refusal that is passed on keeps the upstream's status, and its type goes with that. */
function typeOf(error: AppError): ErrorType {
  if (error.code !== "upstream_rejected") return types[error.code];
  if (error.parameters.status === 404) return "not_found_error";
  return error.parameters.status === 413 ? "request_too_large" : types.upstream_rejected;
}

function sentence(error: AppError, locale: "zh" | "en"): string {
  const hint = error.code === "not_found" ? error.parameters[`hint_${locale}`] : undefined;
  return hint === undefined ? error.sentence(locale) : `${error.sentence(locale)}${locale === "en" ? " " : ""}${hint}`;
}

/** What an error body says: Anthropic's own shape, or what compatible servers and proxies put in its place. Null: nothing. */
export function complaintIn(value: unknown): UpstreamComplaint | null {
  if (!isRecord(value)) return null;
  const { error } = value;
  if (isRecord(error)) {
    const message = typeof error.message === "string" ? error.message : JSON.stringify(error);
    return { message, code: String(error.type ?? error.code ?? "") };
  }
  if (typeof error === "string") return { message: error, code: String(value.code ?? "") };
  const message = value.type === "error" || value.content === undefined ? value.message : undefined;
  return typeof message === "string" ? { message, code: String(value.code ?? "") } : null;
}

/** The same from the bytes of an error body. */
export function readComplaint(body: Buffer): UpstreamComplaint | null {
  try {
    return complaintIn(JSON.parse(body.toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // an HTML page of some proxy, say (case 51)
    throw error;
  }
}
