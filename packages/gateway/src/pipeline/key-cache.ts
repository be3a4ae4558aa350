import type { GatewayKey } from "@lyceum/db/gateway-keys";

/** Enough for every key in use in an hour on a large campus; about 500 bytes each. */
const MAXIMUM_KEYS = 20_000;

/** A key as a worker remembers it. */
export type Caller = GatewayKey & {
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string;
  readonly pseudonym: string;
};

/**
 * Keys by their hash, the least recently used forgotten first. What stands here may be out of date: admission compares the version
 * with the locked row, and only what it says counts.
 */
export class KeyCache {
  readonly #keys = new Map<string, Caller>();

  get(hash: string): Caller | null {
    const caller = this.#keys.get(hash);
    if (caller === undefined) return null;
    this.#keys.delete(hash);
    this.#keys.set(hash, caller);
    return caller;
  }

  set(caller: Caller): void {
    this.#keys.delete(caller.hash);
    this.#keys.set(caller.hash, caller);
    if (this.#keys.size <= MAXIMUM_KEYS) return;
    for (const oldest of this.#keys.keys()) {
      this.#keys.delete(oldest);
      break;
    }
  }

  delete(hash: string): void {
    this.#keys.delete(hash);
  }
}
