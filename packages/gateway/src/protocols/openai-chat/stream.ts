import { AppError } from "@lyceum/domain";
import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { CanonicalRequest } from "../../canonical/canonical-request.ts";
import type { EncodedRequest, StreamDecoder, StreamEncoder } from "../../canonical/protocol.ts";

// The translating half of this adapter follows in the next commits; until then every channel speaks OpenAI chat and none of this is reached.
const missing = () => new AppError("internal", { detail: "this pair of protocols can't be translated yet" });

export function decodeRequest(_body: Buffer): CanonicalRequest {
  throw missing();
}
export function encodeRequest(): EncodedRequest {
  throw missing();
}
export function decodeReply(): CanonicalReply | null {
  throw missing();
}
export function encodeReply(): Buffer {
  throw missing();
}
export function decodeStream(): StreamDecoder {
  throw missing();
}
export function encodeStream(): StreamEncoder {
  throw missing();
}
