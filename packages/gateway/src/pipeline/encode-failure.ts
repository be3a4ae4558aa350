import { type AppError, formatRequestId } from "@lyceum/domain";
import type { ErrorFace } from "../canonical/protocol.ts";
import type { GatewayReply } from "./gateway-request.ts";

/** An error as a reply in the caller's protocol. */
export function encodeFailure(
  error: AppError,
  requestId: string,
  face: ErrorFace,
): GatewayReply & { readonly body: Buffer } {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-request-id": formatRequestId(requestId),
    ...error.headers,
  };
  if (error.retryAfterMs !== undefined)
    headers["retry-after"] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1_000)));
  if (error.code === "method_not_allowed") headers.allow = String(error.parameters.allowed ?? "");
  return { status: statusOf(error), headers, body: face.encodeError(error, requestId) };
}

/** A refusal that is passed on keeps the upstream's status: client libraries tell 404, 413 and 422 apart. */
function statusOf(error: AppError): number {
  const { status } = error.parameters;
  return error.code === "upstream_rejected" && typeof status === "number" ? status : error.status;
}
