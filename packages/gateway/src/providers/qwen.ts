import { openai } from "./openai.ts";
import { compatibleDialect, type OpenAiDialect } from "./openai-dialect.ts";
import type { Provider } from "./provider.ts";

const dialect: OpenAiDialect = {
  ...compatibleDialect,
  systemPlace: "first",
  emptyContent: "",
  thinking: "enable_thinking",
  budgetField: "thinking_budget",
  minP: null,
};

/** DashScope's compatible mode, where Qwen is served (help.aliyun.com/zh/model-studio, "OpenAI compatible"). */
export const qwen = { ...openai, id: "qwen", dialectOf: () => dialect } satisfies Provider;
