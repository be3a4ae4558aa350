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
  media: { image: true, document: false, audio: true },
};

/** DashScope's compatible mode, where Qwen is served (help.aliyun.com/zh/model-studio, "OpenAI compatible"). */
export const qwen = {
  ...openai,
  id: "qwen",
  // Only models that write code complete texts there.
  dialectOf: (upstreamModel) => ({ ...dialect, takesCompletions: upstreamModel.includes("coder") }),
} satisfies Provider;
