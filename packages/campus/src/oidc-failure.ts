import * as oauth from "oauth4webapi";
import { CampusFailure, type CampusFailureCode } from "./failure.ts";

/** Codes of RFC 6749 that say that we are not who we should be. */
const aboutUs = new Set(["invalid_client", "unauthorized_client", "invalid_request", "unsupported_grant_type"]);

const byCode: Readonly<Record<string, CampusFailureCode>> = {
  [oauth.JWT_TIMESTAMP_CHECK]: "clock",
  [oauth.JSON_ATTRIBUTE_COMPARISON]: "provider_wrong",
  [oauth.MISSING_SERVER_METADATA]: "provider_wrong",
  [oauth.INVALID_SERVER_METADATA]: "provider_wrong",
  [oauth.HTTP_REQUEST_FORBIDDEN]: "provider_wrong",
  [oauth.REQUEST_PROTOCOL_FORBIDDEN]: "provider_wrong",
  [oauth.RESPONSE_IS_NOT_JSON]: "provider_wrong",
  [oauth.RESPONSE_IS_NOT_CONFORM]: "provider_wrong",
  [oauth.PARSE_ERROR]: "provider_wrong",
};

/** What went wrong, by the library's code. Its messages are fixed sentences; what it keeps of tokens and answers stays behind. */
export function oidcFailure(error: unknown): CampusFailure {
  if (error instanceof CampusFailure) return error;
  if (error instanceof oauth.ResponseBodyError) {
    const code = plain(error.error);
    if (code === "invalid_grant") return new CampusFailure("ticket_refused", code);
    return new CampusFailure(
      aboutUs.has(code) ? "client_refused" : "provider_wrong",
      `the token endpoint says ${code}`,
    );
  }
  if (error instanceof oauth.AuthorizationResponseError) {
    const code = plain(error.error);
    const isUnavailable = code === "temporarily_unavailable" || code === "server_error";
    return new CampusFailure(isUnavailable ? "unreachable" : "denied", `the provider says ${code}`);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return new CampusFailure("client_refused", `an endpoint answered ${error.status}`);
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return new CampusFailure(byCode[error.code ?? ""] ?? "answer_invalid", error.message);
  }
  throw error;
}

function plain(code: string): string {
  return /^[a-z_]{1,60}$/.test(code) ? code : "unknown";
}
