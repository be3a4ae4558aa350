import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@lyceum/domain";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import type { UpstreamFault } from "../upstream/upstream.ts";
import { scrub } from "./scrub.ts";

/** Why an attempt failed. `isRetryable`: another deployment may do better. `isAborted`: it was us, because the client had gone. */
export type Failure = { readonly error: AppError; readonly isRetryable: boolean; readonly isAborted?: boolean };

type Names = { readonly requested: string; readonly upstream: string };

/** An error status of an upstream. What concerns the request is passed on scrubbed; what concerns our account with it is ours. */
export function failureOfStatus(
  status: number,
  headers: IncomingHttpHeaders,
  complaint: UpstreamComplaint | null,
  names: Names,
): Failure {
  const detail = `upstream answered ${status}: ${complaint?.message ?? "(no message)"}`.slice(0, 1_000);
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

/** A 200 whose body is an error, or no answer at all. */
export function failureOfReply(complaint: UpstreamComplaint | null): Failure {
  const detail = `upstream answered 200 with ${complaint === null ? "what is no answer" : `an error: ${complaint.message}`}`;
  return { error: new AppError("upstream_error", { detail: detail.slice(0, 1_000) }), isRetryable: true };
}

/** Retry-After in milliseconds, given as seconds or as a date; null where it says nothing usable. */
function readRetryAfter(value: string | undefined): number | null {
  if (value === undefined) return null;
  const seconds = /^\s*\d{1,6}\s*$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : null;
}
