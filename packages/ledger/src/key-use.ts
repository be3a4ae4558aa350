import type pg from "pg";
import type { UsageDraft } from "./types.ts";

const FLUSH_MS = 2_000;

/**
 * When and from where keys were last used, for people to see: told to the database every few seconds rather than with every settlement, and
 * lost where the worker dies. A key that somebody edits just now is passed over.
 */
export class KeyUse {
  readonly #pool: Pick<pg.Pool, "query">;
  readonly #log: (message: string, error: unknown) => void;
  #uses = new Map<string, { ip: string; client: string; at: Date }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(pool: Pick<pg.Pool, "query">, log: (message: string, error: unknown) => void) {
    this.#pool = pool;
    this.#log = log;
  }

  note({ keyId, ip, client }: UsageDraft): void {
    if (keyId === null) return;
    this.#uses.set(keyId, { ip, client: client.slice(0, 200), at: new Date() });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Tells the database what is known. Never rejects. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const uses = [...this.#uses].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#uses = new Map();
    if (uses.length === 0) return;
    try {
      await this.#pool.query({
        name: "key-use",
        text: `update virtual_key k set last_used_at = greatest(k.last_used_at, d.at), last_used_ip = d.ip, last_used_client = d.client
          from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as d (id, ip, client, at)
          where k.id = d.id and k.id in (select id from virtual_key where id = any($1::uuid[]) for no key update skip locked)`,
        values: [
          uses.map(([id]) => id),
          uses.map(([, use]) => use.ip),
          uses.map(([, use]) => use.client.replaceAll("\u0000", "").toWellFormed()),
          uses.map(([, use]) => use.at),
        ],
      });
    } catch (error) {
      this.#log("the last use of keys could not be written", error);
    }
  }
}
