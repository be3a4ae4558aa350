import { type AppError, type ErrorCode, formatRequestId } from "@lyceum/domain";
import type { UpstreamComplaint } from "../../canonical/reply.ts";

/** OpenAI's `type` for each of our codes: client libraries choose their exception by status, people read the type. */
const types = {
  invalid_request: "invalid_request_error",
  invalid_json: "invalid_request_error",
  body_too_large: "invalid_request_error",
  unsupported_media_type: "invalid_request_error",
  not_found: "invalid_request_error",
  method_not_allowed: "invalid_request_error",
  missing_key: "authentication_error",
  invalid_key: "authentication_error",
  key_disabled: "authentication_error",
  key_expired: "authentication_error",
  key_leaked: "authentication_error",
  network_not_allowed: "permission_error",
  account_disabled: "permission_error",
  insufficient_balance: "insufficient_quota",
  key_cap_exceeded: "insufficient_quota",
  user_cap_exceeded: "insufficient_quota",
  group_cap_exceeded: "insufficient_quota",
  rpm_exceeded: "requests",
  tpm_exceeded: "tokens",
  parallel_exceeded: "requests",
  tpm_too_small: "invalid_request_error",
  model_not_found: "invalid_request_error",
  model_not_allowed: "permission_error",
  model_removed: "invalid_request_error",
  model_unpriced: "permission_error",
  model_paused: "server_error",
  model_lacks_capability: "invalid_request_error",
  upstream_rejected: "invalid_request_error",
  upstream_rate_limited: "rate_limit_error",
  upstream_unavailable: "server_error",
  upstream_error: "server_error",
  upstream_timeout: "server_error",
  database_unavailable: "server_error",
  overloaded: "server_error",
  queue_full: "server_error",
  queue_timeout: "server_error",
  internal: "server_error",
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
  user_not_found: "invalid_request_error",
  group_not_found: "invalid_request_error",
  group_not_allowed: "permission_error",
  course_not_open: "permission_error",
  group_in_use: "invalid_request_error",
  channel_not_found: "invalid_request_error",
  channel_unreachable: "invalid_request_error",
  channel_not_llm: "invalid_request_error",
  channel_credential_refused: "invalid_request_error",
  channel_model_refused: "invalid_request_error",
  channel_address_refused: "invalid_request_error",
} satisfies Record<ErrorCode, string>;

/** The error in OpenAI's shape, its sentence in both languages. `requestId` is a UUID. */
export function encodeError(error: AppError, requestId: string): Buffer {
  return Buffer.from(errorText(error, requestId));
}

/** The same as an event of a stream. No [DONE] follows: a client must not take the stream for whole. */
export function encodeStreamError(error: AppError, requestId: string): Buffer {
  return Buffer.from(`data: ${errorText(error, requestId)}\n\n`);
}

function errorText(error: AppError, requestId: string): string {
  return JSON.stringify({
    error: {
      message: `${sentence(error, "zh")} / ${sentence(error, "en")}`,
      type: types[error.code],
      code: error.code,
      param: error.parameters.param ?? null,
      ...(error.parameters.scope === undefined ? {} : { scope: error.parameters.scope }),
      whose_move: error.move,
      ...(error.consoleUrl !== undefined && { console_url: error.consoleUrl }),
      request_id: formatRequestId(requestId),
    },
  });
}

/** The public sentence, and for an address that is nearly right what to change in it. */
function sentence(error: AppError, locale: "zh" | "en"): string {
  const hint = error.code === "not_found" ? error.parameters[`hint_${locale}`] : undefined;
  return hint === undefined ? error.sentence(locale) : `${error.sentence(locale)}${locale === "en" ? " " : ""}${hint}`;
}

/**
 * What an upstream's error says, in any of the shapes that servers of this protocol are known to use: {error: {message, code}},
 * {error: "…"}, {message}, {detail} (a text or a list), and the same within an array. Null: it says nothing.
 */
export function complaintIn(value: unknown): UpstreamComplaint | null {
  const outer: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(outer)) return null;
  const inner = outer.error ?? (outer.object === "error" ? outer : undefined) ?? outer.detail ?? outer.message;
  if (inner === undefined || inner === null || inner === false || inner === "") return null;
  // What some servers send where all is well.
  if (isRecord(inner) && Object.keys(inner).length === 0) return null;
  if (typeof inner === "string") return { message: inner, code: String(outer.code ?? "") };
  if (!isRecord(inner)) return { message: JSON.stringify(inner), code: "" };
  const message = typeof inner.message === "string" ? inner.message : JSON.stringify(inner);
  return { message, code: String(inner.code ?? inner.type ?? "") };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
