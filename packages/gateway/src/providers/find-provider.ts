import { anthropic } from "./anthropic.ts";
import { openai } from "./openai.ts";
import type { Provider } from "./provider.ts";

// A channel's column `protocol` may name the vendor kind or its protocol.
const providers = new Map<string, Provider>(
  [openai, anthropic].flatMap((each: Provider) => [[each.id, each] as const, [each.protocol, each] as const]),
);

/** The provider behind a channel's `protocol`, or null where this version knows none. */
export function findProvider(name: string): Provider | null {
  return providers.get(name) ?? null;
}
