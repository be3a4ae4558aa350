import type { Item } from "./schema.ts";

/** Older answers are forgotten beyond so many. */
const maxStored = 1000;

/** A finished response as GET shows it, and the items it was asked with. */
export type Stored = { response: ResponseObject; input: readonly Item[]; isRunning: boolean };

/** A response object; `output` are items that can be given back as input. */
export type ResponseObject = { id: string; status: string; output: readonly Item[] } & Record<string, unknown>;

export type ResponseStore = {
  find(id: string): Stored | undefined;
  /** An item of any stored answer or question. */
  findItem(id: string): Item | undefined;
  keep(stored: Stored): void;
  delete(id: string): boolean;
};

/** Stored responses of one server, in memory. */
export function createResponseStore(): ResponseStore {
  const stored = new Map<string, Stored>();
  return {
    find: (id) => stored.get(id),
    findItem(id) {
      for (const { response, input } of stored.values()) {
        const found = [...response.output, ...input].find((item) => "id" in item && item.id === id);
        if (found) return found;
      }
      return undefined;
    },
    keep(entry) {
      stored.set(entry.response.id, entry);
      const [oldest] = stored.keys();
      if (stored.size > maxStored && oldest !== undefined) stored.delete(oldest);
    },
    delete: (id) => stored.delete(id),
  };
}
