import { compatibleDialect, officialDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

/** OpenAI's own models: they refuse `max_tokens` and whatever they don't know, which other servers need. */
const OFFICIAL = /^(?:ft:)?(?:gpt-(?!oss)|chatgpt|o\d)/;

/** Any server that speaks OpenAI's API: OpenAI itself, and those with no provider of their own. */
export const openai = {
  id: "openai",
  protocol: "openai-chat",
  modelsPath: "/models",
  rejects: [],
  dialectOf: (upstreamModel) => (OFFICIAL.test(upstreamModel) ? officialDialect : compatibleDialect),
  authorise: (credential) => (credential === null ? [] : ["authorization", `Bearer ${credential}`]),
} satisfies Provider;
