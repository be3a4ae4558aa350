import type { AppError } from "@lyceum/domain";
import type { UpstreamComplaint } from "../../canonical/reply.ts";
import { parseJson } from "../../json/parse-json.ts";
import { complaintIn } from "../openai-chat/errors.ts";

export { encodeError } from "../openai-chat/errors.ts";

/** What an error body, or a response that failed, says; null: there is no error in it. */
export function readComplaint(body: Buffer): UpstreamComplaint | null {
  return complaintIn(parseJson(body.toString("utf8")));
}

/**
 * The `error` of a response that failed in the middle of its stream. Its codes are a list of their own; clients try again for
 * `server_error` and `rate_limit_exceeded`, and not for `invalid_prompt`.
 */
export function failureOf(error: AppError): { readonly code: string; readonly message: string } {
  const said = {
    message: `${error.sentence("zh")} / ${error.sentence("en")}`,
    ...(error.consoleUrl !== undefined && { console_url: error.consoleUrl }),
  };
  if (error.code === "upstream_rate_limited") return { code: "rate_limit_exceeded", ...said };
  return { code: error.status >= 500 ? "server_error" : "invalid_prompt", ...said };
}
