import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@lyceum/domain";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import type { UpstreamFault } from "../upstream/upstream.ts";
import { type Names, scrub, withoutCredential } from "./scrub.ts";

/** Why an attempt failed. `isRetryable`: another deployment may do better. `isAborted`: it was us, because the client had gone. */
export type Failure = { readonly error: AppError; readonly isRetryable: boolean; readonly isAborted?: boolean };

/** An error status of an upstream. What concerns the request is passed on scrubbed; what concerns our account with it is ours. */
export function failureOfStatus(
  status: number,
  headers: IncomingHttpHeaders,
  complaint: UpstreamComplaint | null,
  names: Names,
  answered = String(status),
): Failure {
  const said = withoutCredential(complaint?.message ?? "(no message)", names);
  const detail = `upstream answered ${answered}: ${said}`.slice(0, 1_000);
  switch (status) {
    case 400:
    case 404:
    case 413:
    case 422: {
      const message = scrub(complaint?.message ?? "", names) || `HTTP ${status}`;
      return {
        error: new AppError("upstream_rejected", { parameters: { message, status }, detail }),
        isRetryable: false,
      };
    }
    case 429: {
      const retryAfterMs = readRetryAfter(headers["retry-after"]);
      const options = retryAfterMs === null ? { detail } : { detail, retryAfterMs };
      return { error: new AppError("upstream_rate_limited", options), isRetryable: true };
    }
    case 529: {
      // Anthropic's word for a full house (case 51).
      const retryAfterMs = readRetryAfter(headers["retry-after"]);
      const options = retryAfterMs === null ? { detail } : { detail, retryAfterMs };
      return { error: new AppError("overloaded", options), isRetryable: true };
    }
    case 401:
    case 402:
    case 403:
      return {
        error: new AppError("upstream_unavailable", { parameters: { model: names.requested }, detail }),
        isRetryable: true,
      };
    default:
      return { error: new AppError("upstream_error", { detail }), isRetryable: status >= 500 };
  }
}

/** An exchange that broke. Nothing is retried after a time-out: the client has waited long enough. */
export function failureOfFault(fault: UpstreamFault, names: Names): Failure {
  const detail = fault.cause instanceof Error ? `${fault.kind}: ${fault.cause.message}` : fault.kind;
  const options = { detail, cause: fault.cause };
  switch (fault.kind) {
    case "address":
    case "connect":
      return {
        error: new AppError("upstream_unavailable", { parameters: { model: names.requested }, ...options }),
        isRetryable: true,
      };
    case "timeout":
      return { error: new AppError("upstream_timeout", options), isRetryable: false };
    case "broken":
      return { error: new AppError("upstream_error", options), isRetryable: true };
    case "aborted":
      return { error: new AppError("upstream_error", options), isRetryable: false, isAborted: true };
    default:
      return fault.kind satisfies never;
  }
}

/** By the words of each vendor's errors: the statuses that they come with where they aren't found in a 200. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  context_length_exceeded: 400,
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  authentication_error: 401,
  invalid_api_key: 401,
  UNAUTHENTICATED: 401,
  billing_error: 402,
  insufficient_quota: 402,
  permission_error: 403,
  PERMISSION_DENIED: 403,
  not_found_error: 404,
  model_not_found: 404,
  NOT_FOUND: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  RESOURCE_EXHAUSTED: 429,
  overloaded_error: 529,
  server_is_overloaded: 529,
};

/** A 200 whose body, or whose first event, is an error: what its status would have been decides (case 49). Null: it is no answer at all. */
export function failureOfReply(complaint: UpstreamComplaint | null, names: Names): Failure {
  if (complaint === null) return failed("what is no answer");
  const status = statuses[complaint.code] ?? (/^[45]\d\d$/.test(complaint.code) ? Number(complaint.code) : null);
  return status === null
    ? failed(`an error: ${withoutCredential(complaint.message, names)}`)
    : failureOfStatus(status, {}, complaint, names, `200, and in it ${status}`);
}

/** An error in the middle of a stream: nothing about the request itself can be wrong any more. */
export function failureInStream(complaint: UpstreamComplaint | null, names: Names): Failure {
  const failure = failureOfReply(complaint, names);
  return failure.isRetryable
    ? failure
    : failed(`an error: ${withoutCredential(complaint?.message ?? "(no message)", names)}`);
}

function failed(what: string): Failure {
  const detail = `upstream answered 200 with ${what}`.slice(0, 1_000);
  return { error: new AppError("upstream_error", { detail }), isRetryable: true };
}

/** Retry-After in milliseconds, given as seconds or as a date; null where it says nothing usable. */
function readRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  const seconds = /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : null;
}
