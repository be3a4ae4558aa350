import type { IncomingHttpHeaders } from "node:http";
import { AppError, type HealthSign } from "@lyceum/domain";
import type { UpstreamComplaint } from "../canonical/reply.ts";
import { retryAfterOf } from "../health/retry-after.ts";
import { signOf } from "../health/sign-of.ts";
import type { UpstreamFault } from "../upstream/upstream.ts";
import { type Names, scrub, withoutCredential } from "./scrub.ts";

/** Why an attempt failed. */
export type Failure = {
  readonly error: AppError;
  /** What it says of where it went; null: nothing, because it never came so far. */
  readonly sign: HealthSign | null;
  /** With `rate`: how long the upstream wants to be left alone; null: it doesn't say. */
  readonly retryAfterMs?: number | null;
  /** Another route may do better. */
  readonly isRetryable: boolean;
  /** It was us, because the client had gone. */
  readonly isAborted?: boolean;
};

/** An error as an upstream told it. */
export type UpstreamError = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly complaint: UpstreamComplaint | null;
  /** The body as text; "" where there is none. */
  readonly text: string;
  /** For the log, where the status is only what it would have been. */
  readonly answered?: string;
};

/**
 * An error status of an upstream. What concerns the request is passed on scrubbed; what concerns our credential, our account or our list of
 * models is ours, whatever the status. `sent`: the body that brought it about, parts of which it may repeat.
 */
export function failureOfStatus(
  { status, headers, complaint, text, answered }: UpstreamError,
  names: Names,
  sent?: Buffer,
): Failure {
  const sign = signOf({ status, complaint, text, sent: sent && { body: sent, model: names.upstream } });
  const said = withoutCredential(complaint?.message ?? "(no message)", names);
  const detail = `upstream answered ${answered ?? status}: ${said}`.slice(0, 1_000);
  switch (sign) {
    case "request": {
      const message = scrub(complaint?.message ?? "", names) || `HTTP ${status}`;
      const isRefusal = status >= 400 && status < 500 && ![401, 403, 429].includes(status);
      const parameters = { message, status: isRefusal ? status : 400 };
      return { error: new AppError("upstream_rejected", { parameters, detail }), sign, isRetryable: false };
    }
    case "rate": {
      const retryAfterMs = retryAfterOf(headers, text || (complaint?.message ?? ""));
      const options = retryAfterMs === null ? { detail } : { detail, retryAfterMs };
      return { error: new AppError("upstream_rate_limited", options), sign, retryAfterMs, isRetryable: true };
    }
    case "refused":
    case "quota":
    case "denied":
    case "model-missing":
      return { error: unavailable(names.requested, { detail }), sign, isRetryable: true };
    case "failure": {
      // 529 is Anthropic's word for a full house (case 51).
      const retryAfterMs = status === 529 ? retryAfterOf(headers, text) : null;
      const options = retryAfterMs === null ? { detail } : { detail, retryAfterMs };
      const error = new AppError(status === 529 ? "overloaded" : "upstream_error", options);
      return { error, sign, isRetryable: true };
    }
    default:
      return sign satisfies never;
  }
}

/** An exchange that broke. */
export function failureOfFault(fault: UpstreamFault, names: Names): Failure {
  const words = fault.cause instanceof Error ? `${fault.kind}: ${fault.cause.message}` : fault.kind;
  const options = { detail: withoutCredential(words, names), cause: fault.cause };
  switch (fault.kind) {
    case "address":
    case "connect":
      return { error: unavailable(names.requested, options), sign: "failure", isRetryable: true };
    case "timeout":
      return { error: new AppError("upstream_timeout", options), sign: "failure", isRetryable: true };
    case "broken":
      return { error: new AppError("upstream_error", options), sign: "failure", isRetryable: true };
    case "aborted":
      return { error: new AppError("upstream_error", options), sign: null, isRetryable: false, isAborted: true };
    default:
      return fault.kind satisfies never;
  }
}

/** No first token in time, while there is somewhere else to go. */
export function failureOfSilence(waitedMs: number): Failure {
  const error = new AppError("upstream_timeout", { detail: `no token within ${waitedMs} ms` });
  return { error, sign: "failure", isRetryable: true };
}

function unavailable(model: string, options: { readonly detail: string; readonly cause?: unknown }): AppError {
  return new AppError("upstream_unavailable", { parameters: { model }, ...options });
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
export function failureOfReply(complaint: UpstreamComplaint | null, names: Names, sent?: Buffer): Failure {
  if (complaint === null) return failed("what is no answer");
  const status = statuses[complaint.code] ?? (/^[45]\d\d$/.test(complaint.code) ? Number(complaint.code) : 200);
  const answered = status === 200 ? "200, and in it an error" : `200, and in it ${status}`;
  return failureOfStatus({ status, headers: {}, complaint, text: "", answered }, names, sent);
}

/**
 * An error in the middle of a stream. The client can't do anything about it any more; but where an inspector of texts, say, disliked what the
 * request brought forth, the upstream is well.
 */
export function failureInStream(complaint: UpstreamComplaint | null, names: Names, sent?: Buffer): Failure {
  const failure = failureOfReply(complaint, names, sent);
  if (failure.sign !== "request") return failure;
  const said = withoutCredential(complaint?.message ?? "(no message)", names);
  return { ...failed(`an error: ${said}`), sign: "request" };
}

function failed(what: string): Failure {
  const detail = `upstream answered 200 with ${what}`.slice(0, 1_000);
  return { error: new AppError("upstream_error", { detail }), sign: "failure", isRetryable: true };
}
