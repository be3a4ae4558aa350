import { openai } from "./openai.ts";
import type { Provider } from "./provider.ts";

/** Any server that speaks OpenAI's responses, with the same credential as its other paths. */
export const openaiResponses = {
  id: "openai-responses",
  protocol: "openai-responses",
  modelsPath: "/models",
  rejects: [],
  authorise: openai.authorise,
} satisfies Provider;
