import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP } from "node:net";
import { checkUpstreamAddress } from "@lyceum/domain";
import { Agent, buildConnector, fetch } from "undici";
import { CampusFailure } from "./failure.ts";

const CONNECT_MS = 5_000;
const TOTAL_MS = 10_000;
/** Keys and answers of providers have some kilobytes. */
const MOST_BYTES = 1024 * 1024;

export type GuardedFetch = (
  url: string,
  init?: { method?: string; headers?: Record<string, string>; body?: unknown },
) => Promise<Response>;

/**
 * A fetch for the provider: addresses are checked when they are dialled, no redirect is followed, time and size are bounded. Plain HTTP
 * is taken only together with private addresses. Failures are CampusFailure `unreachable` and never name what was sent.
 */
export function guardedFetch(allowPrivate: boolean): GuardedFetch {
  const dispatcher = agentFor(allowPrivate);
  return async (url, { method = "GET", headers = {}, body } = {}) => {
    const { protocol, host } = new URL(url);
    if (protocol !== "https:" && !(protocol === "http:" && allowPrivate)) {
      throw new CampusFailure("provider_wrong", `${protocol}//${host} is not https`);
    }
    try {
      const response = await fetch(url, {
        ...{ method, headers, dispatcher, redirect: "manual" },
        ...(body === undefined || body === null ? {} : { body: String(body) }),
        signal: AbortSignal.timeout(TOTAL_MS),
      });
      const bytes = await readAll(response.body, host);
      const isEmpty = response.status === 204 || response.status === 304;
      return new Response(isEmpty ? null : bytes, {
        status: response.status,
        headers: [...response.headers].filter(([name]) => name !== "content-encoding" && name !== "content-length"),
      });
    } catch (error) {
      if (error instanceof CampusFailure) throw error;
      throw new CampusFailure("unreachable", `${host}: ${reasonOf(error)}`);
    }
  };
}

async function readAll(body: AsyncIterable<Uint8Array> | null, host: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new CampusFailure("provider_wrong", `${host} answered more than 1 MiB`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** A code of the system, or our own words: messages of libraries may quote what was sent. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause instanceof AddressRefused) return cause.message;
  if ((error as Error).name === "TimeoutError") return `no answer within ${TOTAL_MS / 1000} s`;
  const code = (cause as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code;
  return typeof code === "string" ? code : (error as Error).name;
}

class AddressRefused extends Error {}

const agents = new Map<boolean, Agent>();

function agentFor(allowPrivate: boolean): Agent {
  const known = agents.get(allowPrivate);
  if (known !== undefined) return known;
  const connect = buildConnector({
    timeout: CONNECT_MS,
    lookup: (host: string, options: LookupOptions, callback: LookupCallback) =>
      guardedLookup(host, options, allowPrivate, callback),
  });
  const agent = new Agent({
    connections: 16,
    headersTimeout: TOTAL_MS,
    bodyTimeout: TOTAL_MS,
    connect(options, callback) {
      // A literal address is dialled without a lookup.
      const host = options.hostname.replace(/^\[(.*)\]$/, "$1");
      const reason = isIP(host) === 0 ? null : checkUpstreamAddress(host, allowPrivate);
      if (reason === null) connect(options, callback);
      else callback(new AddressRefused(reason.en), null);
    },
  });
  agents.set(allowPrivate, agent);
  return agent;
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(host: string, options: LookupOptions, allowPrivate: boolean, callback: LookupCallback): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    const refusals = addresses.map(({ address }) => checkUpstreamAddress(address, allowPrivate));
    const allowed = addresses.filter((_, i) => refusals[i] === null);
    const [first] = allowed;
    if (first === undefined) return callback(new AddressRefused(refusals[0]?.en ?? "the name has no address."), []);
    if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
}
