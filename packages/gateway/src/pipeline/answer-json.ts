import { formatRequestId } from "@lyceum/domain";
import type { GatewayReply, GatewayRequest } from "./gateway-request.ts";

/** A reply of JSON that is not an answer of a model. */
export function answerJson(request: GatewayRequest, value: unknown): GatewayReply {
  const headers = { "content-type": "application/json", "x-request-id": formatRequestId(request.id) };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}
