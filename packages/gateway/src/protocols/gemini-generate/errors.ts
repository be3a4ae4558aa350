import { type AppError, type ErrorCode, formatRequestId } from "@lyceum/domain";
import type { UpstreamComplaint } from "../../canonical/reply.ts";
import { isRecord } from "../../json/is-record.ts";

/** Google's `status` for each of our codes (google.rpc.Code); client libraries choose their exception by the number. */
const statuses = {
  invalid_request: "INVALID_ARGUMENT",
  invalid_json: "INVALID_ARGUMENT",
  body_too_large: "INVALID_ARGUMENT",
  unsupported_media_type: "INVALID_ARGUMENT",
  not_found: "NOT_FOUND",
  method_not_allowed: "UNIMPLEMENTED",
  missing_key: "UNAUTHENTICATED",
  invalid_key: "UNAUTHENTICATED",
  key_disabled: "UNAUTHENTICATED",
  key_expired: "UNAUTHENTICATED",
  key_leaked: "UNAUTHENTICATED",
  network_not_allowed: "PERMISSION_DENIED",
  account_disabled: "PERMISSION_DENIED",
  insufficient_balance: "FAILED_PRECONDITION",
  key_cap_exceeded: "FAILED_PRECONDITION",
  user_cap_exceeded: "FAILED_PRECONDITION",
  group_cap_exceeded: "FAILED_PRECONDITION",
  rpm_exceeded: "RESOURCE_EXHAUSTED",
  tpm_exceeded: "RESOURCE_EXHAUSTED",
  parallel_exceeded: "RESOURCE_EXHAUSTED",
  tpm_too_small: "INVALID_ARGUMENT",
  model_not_found: "NOT_FOUND",
  model_not_allowed: "PERMISSION_DENIED",
  model_removed: "NOT_FOUND",
  model_unpriced: "PERMISSION_DENIED",
  model_paused: "UNAVAILABLE",
  model_lacks_capability: "INVALID_ARGUMENT",
  upstream_rejected: "INVALID_ARGUMENT",
  upstream_rate_limited: "RESOURCE_EXHAUSTED",
  upstream_unavailable: "UNAVAILABLE",
  upstream_error: "UNAVAILABLE",
  upstream_timeout: "DEADLINE_EXCEEDED",
  database_unavailable: "UNAVAILABLE",
  overloaded: "UNAVAILABLE",
  queue_full: "UNAVAILABLE",
  queue_timeout: "UNAVAILABLE",
  internal: "INTERNAL",
  forbidden: "PERMISSION_DENIED",
  terms_required: "PERMISSION_DENIED",
  invalid_input: "INVALID_ARGUMENT",
  invalid_student_id: "INVALID_ARGUMENT",
  student_id_taken: "ALREADY_EXISTS",
  weak_password: "INVALID_ARGUMENT",
  registration_closed: "PERMISSION_DENIED",
  invalid_credentials: "UNAUTHENTICATED",
  sign_in_delayed: "RESOURCE_EXHAUSTED",
  invalid_amount: "INVALID_ARGUMENT",
  name_taken: "ALREADY_EXISTS",
  site_address_missing: "INVALID_ARGUMENT",
  user_not_found: "NOT_FOUND",
  group_not_found: "NOT_FOUND",
  group_not_allowed: "PERMISSION_DENIED",
  course_not_open: "PERMISSION_DENIED",
  group_in_use: "FAILED_PRECONDITION",
  channel_not_found: "NOT_FOUND",
  channel_unreachable: "INVALID_ARGUMENT",
  channel_not_llm: "INVALID_ARGUMENT",
  channel_credential_refused: "INVALID_ARGUMENT",
  channel_model_refused: "INVALID_ARGUMENT",
  channel_address_refused: "INVALID_ARGUMENT",
} satisfies Record<ErrorCode, string>;

const TYPE = "type.googleapis.com/google.rpc.";
const HELP = "怎样继续 / How to go on";

/** The error in Google's shape (google.rpc.Status as JSON), its sentence in both languages. `requestId` is a UUID. */
export function encodeError(error: AppError, requestId: string): Buffer {
  return Buffer.from(JSON.stringify(errorValue(error, requestId)));
}

/** The same as a value: an element of a JSON array, or the data of an event. */
export function errorValue(error: AppError, requestId: string): object {
  const { param, scope, status } = error.parameters;
  const isRejection = error.code === "upstream_rejected" && typeof status === "number";
  return {
    error: {
      code: isRejection ? status : error.status,
      message: `${sentence(error, "zh")} / ${sentence(error, "en")}`,
      status: isRejection && status === 404 ? "NOT_FOUND" : statuses[error.code],
      details: [
        {
          "@type": `${TYPE}ErrorInfo`,
          reason: error.code.toUpperCase(),
          domain: "lyceum",
          metadata: {
            requestId: formatRequestId(requestId),
            whoseMove: error.move,
            ...(param !== undefined && { param: String(param) }),
            ...(scope !== undefined && { scope: String(scope) }),
          },
        },
        ...(error.retryAfterMs === undefined
          ? []
          : [{ "@type": `${TYPE}RetryInfo`, retryDelay: `${Math.max(1, Math.ceil(error.retryAfterMs / 1_000))}s` }]),
        ...(error.consoleUrl === undefined
          ? []
          : [{ "@type": `${TYPE}Help`, links: [{ description: HELP, url: error.consoleUrl }] }]),
      ],
    },
  };
}

function sentence(error: AppError, locale: "zh" | "en"): string {
  const hint = error.code === "not_found" ? error.parameters[`hint_${locale}`] : undefined;
  return hint === undefined ? error.sentence(locale) : `${error.sentence(locale)}${locale === "en" ? " " : ""}${hint}`;
}

/** What an upstream's error says: `{error: {code, message, status}}`, alone or within an array as its streams send it (case 51). */
export function complaintIn(value: unknown): UpstreamComplaint | null {
  const outer: unknown = Array.isArray(value) ? value[0] : value;
  if (!isRecord(outer)) return null;
  const inner = outer.error;
  if (inner === undefined || inner === null) return null;
  if (!isRecord(inner)) return { message: typeof inner === "string" ? inner : JSON.stringify(inner), code: "" };
  const message = typeof inner.message === "string" ? inner.message : JSON.stringify(inner);
  return { message, code: String(inner.status ?? inner.code ?? "") };
}

/** What an error body says, or null. */
export function readComplaint(body: Buffer): UpstreamComplaint | null {
  try {
    return complaintIn(JSON.parse(body.toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // an HTML page of some proxy, say
    throw error;
  }
}
