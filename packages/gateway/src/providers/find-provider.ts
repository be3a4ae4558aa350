import { openai } from "./openai.ts";

/** What is known of a kind of vendor behind a channel. */
export type Provider = {
  readonly id: string;
  /** Id of the protocol that its channels speak. */
  readonly protocol: string;
  /** Path of the list of models below a channel's base URL. */
  readonly modelsPath: string;
  /** Headers, names and values in turn, that carry the channel's credential. */
  authorise(credential: string | null): readonly string[];
};

// A channel's column `protocol` may name the vendor kind or its protocol.
const providers = new Map<string, Provider>(
  [openai].flatMap((each) => [[each.id, each] as const, [each.protocol, each] as const]),
);

/** The provider behind a channel's `protocol`, or null where this version knows none. */
export function findProvider(name: string): Provider | null {
  return providers.get(name) ?? null;
}
