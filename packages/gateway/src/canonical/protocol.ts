import type { AppError } from "@lyceum/domain";
import type { Call } from "./call.ts";
import type { StreamListener, UpstreamComplaint, WholeReply } from "./reply.ts";

type Rate = { readonly limit: number; readonly left: number };

/** The tightest limits a minute that apply to a request, and what they leave after it; null: there is none. */
export type Rates = { readonly requests: Rate | null; readonly tokens: Rate | null };

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
  /** The headers that tell clients of this protocol what their limits a minute leave. */
  encodeRates(rates: Rates): Readonly<Record<string, string>>;
  encodeError(error: AppError, requestId: string): Buffer;
  /** The same within a stream, framed. */
  encodeStreamError(error: AppError, requestId: string): Buffer;
}
