import type { GatewayKey } from "@lyceum/db/gateway-keys";
import type { SessionClaims } from "@lyceum/domain";

/** Twice this is enough for every key in use in an hour on a large campus; about 500 bytes each. */
const GENERATION_KEYS = 10_000;

/** Who calls: a key as a worker remembers it, or a person signed in to the console, who has none. */
export type Caller = Omit<GatewayKey, "id"> & {
  /** The key's; null with a session. */
  readonly id: string | null;
  /** SHA-256 of the key, in hexadecimal; "" with a session, which is remembered nowhere. */
  readonly hash: string;
  readonly pseudonym: string;
  readonly session: SessionClaims | null;
};

/**
 * Keys by their hash. When a generation is full the one before it is forgotten, but for what was asked for since: a hit moves nothing
 * about. What stands here may be out of date: admission compares the version with the locked row, and only what it says counts.
 */
export class KeyCache {
  #recent = new Map<string, Caller>();
  #older = new Map<string, Caller>();

  get(hash: string): Caller | null {
    const recent = this.#recent.get(hash);
    if (recent !== undefined) return recent;
    const older = this.#older.get(hash);
    if (older === undefined) return null;
    this.set(older);
    return older;
  }

  set(caller: Caller): void {
    this.#recent.set(caller.hash, caller);
    if (this.#recent.size < GENERATION_KEYS) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  delete(hash: string): void {
    this.#recent.delete(hash);
    this.#older.delete(hash);
  }
}
