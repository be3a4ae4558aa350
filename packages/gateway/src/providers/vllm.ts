import { openai } from "./openai.ts";
import { templateDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

/** vLLM, SGLang and services built on them (docs.vllm.ai, "OpenAI-Compatible Server"). Thoughts are read under both their names. */
export const vllm = {
  ...openai,
  id: "vllm",
  dialectOf: () => templateDialect,
} satisfies Provider;
