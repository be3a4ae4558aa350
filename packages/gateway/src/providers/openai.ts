import type { Provider } from "./provider.ts";

/** Any server that speaks OpenAI's API: OpenAI itself, vLLM, llama.cpp, SGLang, DeepSeek, DashScope. */
export const openai = {
  id: "openai",
  protocol: "openai-chat",
  modelsPath: "/models",
  rejects: [],
  authorise: (credential) => (credential === null ? [] : ["authorization", `Bearer ${credential}`]),
} satisfies Provider;
