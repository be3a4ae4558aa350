import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { formatRequestId } from "@lyceum/domain";
import { Pool } from "undici";
import type { Provider } from "../providers/provider.ts";
import type { Exchange } from "./exchange.ts";
import { guardedConnector } from "./guarded-connect.ts";
import type { UpstreamRequest } from "./upstream.ts";

/** What a pool depends on: a change of it needs new connections. */
export function poolKey(channel: ChannelConfig): string {
  return JSON.stringify([channel.id, channel.baseUrl, channel.allowPrivate, channel.protocol, channel.credential]);
}

/** The connections of one channel. */
export class ChannelPool {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #authorisation: readonly string[];
  readonly #headers = new WeakMap<readonly string[], string[]>();
  isClosed = false;

  /** `provider`: the channel's, null where nobody knows it. Throws TypeError for a base URL that is none. */
  constructor(channel: ChannelConfig, provider: Provider | null) {
    const url = new URL(channel.baseUrl);
    const path = url.pathname.replace(/\/+$/, "");
    this.#basePath = provider?.basePath?.(path) ?? path;
    this.#authorisation = provider?.authorise(channel.credential) ?? [];
    this.#pool = new Pool(url.origin, {
      connect: guardedConnector(channel.allowPrivate),
      pipelining: 1,
      allowH2: false,
      // Deadlines are kept by the exchange: it knows the channel's, and pauses them while the client is slow.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: 60_000,
    });
  }

  dispatch(request: UpstreamRequest, exchange: Exchange): void {
    const headers = this.#withAuthorisation(request.headers);
    const { requestId } = request;
    this.#pool.dispatch(
      {
        method: request.method,
        path: this.#basePath + request.path,
        headers: requestId === null ? headers : [...headers, "x-request-id", formatRequestId(requestId)],
        body: request.body,
      },
      exchange,
    );
  }

  /** Lets running exchanges end. */
  close(): void {
    this.isClosed = true;
    this.#pool.close().catch(() => undefined); // destroyed meanwhile, which is as good
  }

  async destroy(): Promise<void> {
    this.isClosed = true;
    await this.#pool.destroy();
  }

  #withAuthorisation(headers: readonly string[]): string[] {
    let all = this.#headers.get(headers);
    if (all === undefined) {
      all = [...headers, ...this.#authorisation];
      this.#headers.set(headers, all);
    }
    return all;
  }
}
