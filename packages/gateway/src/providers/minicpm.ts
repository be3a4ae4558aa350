import { openai } from "./openai.ts";
import { templateDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

/** MiniCPM-V and MiniCPM-o behind vLLM or SGLang: thinking is switched in the chat template. */
export const minicpm = {
  ...openai,
  id: "minicpm",
  dialectOf: () => ({ ...templateDialect, emptyContent: "" }) as const,
} satisfies Provider;
