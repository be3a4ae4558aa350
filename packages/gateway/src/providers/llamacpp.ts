import { openai } from "./openai.ts";
import { type OpenAiDialect, templateDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

const dialect: OpenAiDialect = {
  ...templateDialect,
  repetitionPenalty: "repeat_penalty",
  budgetField: "thinking_budget_tokens",
};

/** llama.cpp's server (tools/server/README.md there). */
export const llamacpp = { ...openai, id: "llamacpp", dialectOf: () => dialect } satisfies Provider;
