import type { ClientModel } from "./client-links.ts";

/** What createKey and rollKey answer: the one time that a secret is seen. */
export interface MadeKey {
  id: string;
  secret: string;
  prefix: string;
  lastFour: string;
  name: string;
  expiresAt: Date | null;
  /** For the sample code; null: no model works for this key. */
  model: string | null;
  /** What works for this key, the cheapest first. */
  models: ClientModel[];
  baseUrl: string;
  /** Of a key that was rolled: until when its former secret is taken too; null: not any more. Undefined: it is a new key. */
  formerEndsAt?: Date | null;
}

/** Several keys made at once; each secret is seen this once. */
export interface MadeKeys {
  keys: { id: string; name: string; secret: string }[];
  expiresAt: Date | null;
  baseUrl: string;
}
