import { compatibleDialect, type OpenAiDialect, officialDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

/** OpenAI's own models: they refuse `max_tokens` and whatever they don't know, which other servers need. */
const OFFICIAL = /^(?:ft:)?(?:gpt-(?!oss)|chatgpt|o\d|babbage-|davinci-)/;
/** Those of them that complete texts. */
const COMPLETING = /instruct|babbage-|davinci-/;
const completingDialect: OpenAiDialect = { ...officialDialect, limitField: "max_tokens", takesCompletions: true };

/** Any server that speaks OpenAI's API: OpenAI itself, and those with no provider of their own. */
export const openai = {
  id: "openai",
  protocol: "openai-chat",
  modelsPath: "/models",
  rejects: [],
  dialectOf(upstreamModel) {
    if (!OFFICIAL.test(upstreamModel)) return compatibleDialect;
    return COMPLETING.test(upstreamModel) ? completingDialect : officialDialect;
  },
  authorise: (credential) => (credential === null ? [] : ["authorization", `Bearer ${credential}`]),
} satisfies Provider;
