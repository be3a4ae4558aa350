import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP } from "node:net";
import { checkUpstreamAddress, type Sentence } from "@lyceum/domain";
import { buildConnector } from "undici";

const CONNECT_TIMEOUT_MS = 5_000;

/** The address that a channel's URL leads to may not be dialled. */
export class AddressRefused extends Error {
  readonly reason: Sentence;
  constructor(host: string, reason: Sentence) {
    super(`${host} may not be dialled: ${reason.en}`);
    this.reason = reason;
  }
}

/** A connector that checks the address at the moment of dialling, so that no name can lead elsewhere between check and use. */
export function guardedConnector(allowPrivate: boolean): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    lookup: (host: string, options: LookupOptions, callback: LookupCallback) =>
      guardedLookup(host, options, allowPrivate, callback),
  });
  return (options, callback) => {
    // A literal address is dialled without a lookup.
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const reason = isIP(host) === 0 ? null : checkUpstreamAddress(host, allowPrivate);
    if (reason === null) connect(options, callback);
    else callback(new AddressRefused(host, reason), null);
  };
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function guardedLookup(host: string, options: LookupOptions, allowPrivate: boolean, callback: LookupCallback): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    let reason: Sentence | null = null;
    const allowed = addresses.filter(({ address }) => {
      const refusal = checkUpstreamAddress(address, allowPrivate);
      reason ??= refusal;
      return refusal === null;
    });
    const [first] = allowed;
    if (first === undefined)
      return callback(new AddressRefused(host, reason ?? { zh: "没有地址。", en: "it has no address." }), []);
    if (options.all === true) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
}
