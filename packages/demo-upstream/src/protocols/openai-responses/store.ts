import type { Item } from "./schema.ts";

/** Older answers are forgotten beyond so many, or beyond so many bytes of questions; the newest is kept whatever its size. */
const maxStored = 1000;
const maxBytes = 64 * 1024 * 1024;

/** A finished response as GET shows it, the items it was asked with, and the size of the request that brought them. */
export type Stored = { response: ResponseObject; input: readonly Item[]; bytes: number; isRunning: boolean };

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
  let bytes = 0;
  const remove = (id: string) => {
    bytes -= stored.get(id)?.bytes ?? 0;
    return stored.delete(id);
  };
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
      remove(entry.response.id);
      stored.set(entry.response.id, entry);
      bytes += entry.bytes;
      for (const id of stored.keys()) {
        if (stored.size <= maxStored && (bytes <= maxBytes || stored.size === 1)) break;
        remove(id);
      }
    },
    delete: remove,
  };
}
