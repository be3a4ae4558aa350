import { z } from "zod";

/** An id out of an address; null: it is none, and there is nothing. */
export function idOf(value: string | undefined): string | null {
  return z.uuid().safeParse(value).data ?? null;
}

export const privateJson = { headers: { "cache-control": "private, no-store" } } as const;
