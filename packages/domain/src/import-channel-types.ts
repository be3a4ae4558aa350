import type { ProviderId } from "./providers.ts";

/** Whose list of channels it is: the numbers of types mean different vendors from 26 on, and a few before. */
export const importSources = ["new-api", "one-api"] as const;
export type ImportSource = (typeof importSources)[number];

/** What a type of channel becomes. `address`: where the vendor is; `suffix`: what stands between a base address and the calls; "": nothing. */
export type ImportKind = {
  readonly name: string;
  readonly provider: ProviderId;
  readonly address: string;
  readonly suffix: string;
};

const openai = (name: string, address: string, suffix = "/v1"): ImportKind => ({
  name,
  provider: "openai",
  address,
  suffix,
});
const deepseek: ImportKind = {
  name: "DeepSeek",
  provider: "deepseek",
  address: "https://api.deepseek.com",
  suffix: "/v1",
};
const ollama: ImportKind = { name: "Ollama", provider: "ollama", address: "http://localhost:11434", suffix: "" };
const zhipu = openai("Zhipu", "https://open.bigmodel.cn", "/api/paas/v4");
const minimax = openai("MiniMax", "https://api.minimax.chat");
const mistral = openai("Mistral", "https://api.mistral.ai");
const siliconFlow = openai("SiliconFlow", "https://api.siliconflow.cn");
const xai = openai("xAI", "https://api.x.ai");
const volcano = openai("Doubao", "https://ark.cn-beijing.volces.com", "/api/v3");
const qianfan = openai("Baidu v2", "https://qianfan.baidubce.com", "/v2");
const lingyi = openai("01.AI", "https://api.lingyiwanwu.com");

const both: Readonly<Record<number, ImportKind>> = {
  1: openai("OpenAI", "https://api.openai.com"),
  6: openai("OpenAIMax", "https://api.openaimax.com"),
  7: openai("OhMyGPT", "https://api.ohmygpt.com"),
  8: openai("Custom", ""),
  10: openai("AIProxy", "https://api.aiproxy.io"),
  12: openai("API2GPT", "https://api.api2gpt.com"),
  13: openai("AIGC2D", "https://api.aigc2d.com"),
  14: { name: "Anthropic", provider: "anthropic", address: "https://api.anthropic.com", suffix: "" },
  16: zhipu,
  17: { name: "Ali", provider: "qwen", address: "https://dashscope.aliyuncs.com", suffix: "/compatible-mode/v1" },
  20: openai("OpenRouter", "https://openrouter.ai/api"),
  22: openai("FastGPT", "https://fastgpt.run/api/openapi"),
  24: { name: "Gemini", provider: "gemini", address: "https://generativelanguage.googleapis.com", suffix: "" },
  25: openai("Moonshot", "https://api.moonshot.cn"),
  31: lingyi,
};

const kinds: Readonly<Record<ImportSource, Readonly<Record<number, ImportKind>>>> = {
  "new-api": {
    ...both,
    4: ollama,
    26: zhipu,
    27: openai("Perplexity", "https://api.perplexity.ai", ""),
    35: minimax,
    38: openai("Jina", "https://api.jina.ai"),
    40: siliconFlow,
    42: mistral,
    43: deepseek,
    45: volcano,
    46: qianfan,
    47: openai("Xinference", ""),
    48: xai,
    53: openai("Submodel", "https://llm.submodel.ai"),
  },
  "one-api": {
    ...both,
    2: openai("API2D", "https://oa.api2d.net"),
    4: openai("CloseAI", "https://api.closeai-proxy.xyz"),
    5: openai("OpenAI-SB", "https://api.openai-sb.com"),
    26: openai("Baichuan", "https://api.baichuan-ai.com"),
    27: minimax,
    28: mistral,
    29: openai("Groq", "https://api.groq.com/openai"),
    30: ollama,
    32: openai("StepFun", "https://api.stepfun.com"),
    36: deepseek,
    39: openai("Together", "https://api.together.xyz"),
    40: volcano,
    41: openai("Novita", "https://api.novita.ai/v3/openai", ""),
    44: siliconFlow,
    45: xai,
    47: qianfan,
    49: openai("Bailian", "https://dashscope.aliyuncs.com", "/compatible-mode/v1"),
    50: openai("OpenAI compatible", ""),
    51: openai("Gemini, OpenAI compatible", "https://generativelanguage.googleapis.com", "/v1beta/openai"),
  },
};

/** What a type of channel of another gateway becomes; null: nothing that this one speaks. */
export function importKind(source: ImportSource, type: number): ImportKind | null {
  return kinds[source][type] ?? null;
}
