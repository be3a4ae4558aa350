import { openai } from "./openai.ts";
import { compatibleDialect, type OpenAiDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

const dialect: OpenAiDialect = {
  ...compatibleDialect,
  emptyContent: "",
  needsThoughts: true,
  thinking: "thinking",
  efforts: new Set(["minimal", "xhigh", "max"]),
  topK: null,
  minP: null,
  repetitionPenalty: null,
  maximumStops: 16,
  media: { image: false, document: false, audio: false },
  takesSchema: false,
  takesCompletions: false,
};

/** DeepSeek's own service (api-docs.deepseek.com): text only, and a history with calls must bring the thoughts back. */
export const deepseek = { ...openai, id: "deepseek", dialectOf: () => dialect } satisfies Provider;
