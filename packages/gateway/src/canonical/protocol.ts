import type { AppError } from "@lyceum/domain";
import type { Call } from "./call.ts";
import type { StreamListener, UpstreamComplaint, WholeReply } from "./reply.ts";

/** The two names of the model that answers. */
export type ModelNames = { readonly requested: string; readonly upstream: string };

/** One wire protocol, as clients speak it to us and as we speak it to channels. */
export interface Protocol {
  readonly id: string;
  /** Path of the call below a channel's base URL. */
  readonly upstreamPath: string;
  readonly streamContentType: string;
  /** Ends a clean stream. */
  readonly streamEnd: Buffer;
  /** Reads a client's body. Throws AppError `invalid_json` or `invalid_request`. */
  decodeCall(body: Buffer): Call;
  /** Reads a complete answer; the public name stands in it afterwards. Null: that is no answer of this protocol. */
  readReply(body: Buffer, names: ModelNames): WholeReply | null;
  /** Reads an error body of an upstream. Null: there is none in it. */
  readComplaint(body: Buffer): UpstreamComplaint | null;
  listen(call: Call, names: ModelNames): StreamListener;
  encodeError(error: AppError, requestId: string): Buffer;
  /** The same within a stream, framed. */
  encodeStreamError(error: AppError, requestId: string): Buffer;
}
