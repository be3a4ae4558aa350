import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { formatRequestId } from "@lyceum/domain";
import { Pool } from "undici";
import type { Provider } from "../providers/provider.ts";
import type { Exchange } from "./exchange.ts";
import { guardedConnector } from "./guarded-connect.ts";
import type { UpstreamRequest } from "./upstream.ts";

/** What a pool depends on: a change of it needs new connections. */
export function poolKey(channel: ChannelConfig): string {
  return JSON.stringify([channel.id, channel.baseUrl, channel.allowPrivate, channel.protocol]);
}

const MOST_CREDENTIALS = 100;

/** The connections of one channel. */
export class ChannelPool {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #provider: Provider | null;
  /** By credential: the headers of the request with those that carry it. */
  readonly #headers = new Map<string | null, WeakMap<readonly string[], string[]>>();
  isClosed = false;

  /** `provider`: the channel's, null where nobody knows it. Throws TypeError for a base URL that is none. */
  constructor(channel: ChannelConfig, provider: Provider | null) {
    const url = new URL(channel.baseUrl);
    const path = url.pathname.replace(/\/+$/, "");
    this.#basePath = provider?.basePath?.(path) ?? path;
    this.#provider = provider;
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
    const headers = this.#withAuthorisation(request.headers, request.credential);
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

  #withAuthorisation(headers: readonly string[], credential: string | null): string[] {
    let known = this.#headers.get(credential);
    if (known === undefined) {
      // Replaced credentials must not pile up; those in use are here again with their next request.
      if (this.#headers.size >= MOST_CREDENTIALS) this.#headers.clear();
      known = new WeakMap();
      this.#headers.set(credential, known);
    }
    let all = known.get(headers);
    if (all === undefined) {
      all = [...headers, ...(this.#provider?.authorise(credential) ?? [])];
      known.set(headers, all);
    }
    return all;
  }
}
