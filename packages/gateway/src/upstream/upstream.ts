import type { IncomingHttpHeaders } from "node:http";
import type { ChannelConfig } from "@lyceum/db/gateway-config";

/** One HTTP request to a channel. `path` is below the channel's base URL and starts with a slash. Times in milliseconds. */
export type UpstreamRequest = {
  readonly channel: ChannelConfig;
  /** The secret of the credential that it is sent with; null: none. */
  readonly credential: string | null;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Names and values in turn. The credential is not among them. */
  readonly headers: readonly string[];
  /** Shown to the upstream in `x-request-id`, so that its log and ours can be laid side by side; null: the call is nobody's request. */
  readonly requestId: string | null;
  readonly body: Buffer | null;
  /** Longest wait for the response's headers. */
  readonly startTimeoutMs: number;
};

/** `address`: dialling it is not allowed; `connect`: nothing was sent; `timeout`, `broken`: it may have been; `aborted`: by us. */
export type UpstreamFault = {
  readonly kind: "address" | "connect" | "timeout" | "broken" | "aborted";
  readonly cause: unknown;
};

/** Hears of one exchange, in this order; exactly one of onEnd and onFault comes last. */
export interface UpstreamReceiver {
  onStart(status: number, headers: IncomingHttpHeaders): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFault(fault: UpstreamFault): void;
}

export interface UpstreamExchange {
  /** The request has left, at least in part. */
  readonly isSent: boolean;
  /** Cuts the connection. The receiver hears onFault("aborted") at once, unless it has heard its last. */
  abort(): void;
  pause(): void;
  resume(): void;
}

/** The far side, as the pipeline sees it. */
export interface Upstream {
  send(request: UpstreamRequest, receiver: UpstreamReceiver): UpstreamExchange;
  /** Closes the connections of channels that are not among these. */
  retain(channels: readonly ChannelConfig[]): void;
  close(): Promise<void>;
}
