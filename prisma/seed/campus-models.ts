import type { ModelCapability, ModelFields, PriceInput } from "../../packages/db/src/index.ts";

export type CampusModel = {
  name: string;
  upstreamModel: string;
  vendor: string;
  description: string;
  capabilities: readonly ModelCapability[];
  contextTokens: number;
  maxOutputTokens: number;
  isLocal: boolean;
  constraints?: ModelFields["constraints"];
  groups: readonly ("default" | "vip")[];
  /** Currency units per million tokens. */
  price: PriceInput;
  /** How often it is chosen, and how long its answers are: tokens. */
  popularity: number;
  answerTokens: number;
};

export const campusModels: readonly CampusModel[] = [
  {
    name: "qwen3-235b",
    upstreamModel: "qwen3-235b",
    vendor: "阿里云 Qwen",
    description: "通用旗舰：推导、写作、代码都稳，课程作业的默认选择。",
    capabilities: ["tools", "reasoning"],
    contextTokens: 131_072,
    maxOutputTokens: 16_384,
    isLocal: false,
    groups: ["default", "vip"],
    price: { input: "2", output: "8", cachedInput: "0.8" },
    popularity: 34,
    answerTokens: 620,
  },
  {
    name: "deepseek-v3",
    upstreamModel: "deepseek-v3",
    vendor: "DeepSeek",
    description: "回答快、中文好，适合日常问答与翻译。",
    capabilities: ["tools"],
    contextTokens: 65_536,
    maxOutputTokens: 8_192,
    isLocal: false,
    groups: ["default", "vip"],
    price: { input: "2", output: "8", cachedInput: "0.5" },
    popularity: 26,
    answerTokens: 480,
  },
  {
    name: "deepseek-r1",
    upstreamModel: "deepseek-r1",
    vendor: "DeepSeek",
    description: "先思考再回答，适合证明题和多步推导；思考过程按输出计费。",
    capabilities: ["reasoning"],
    contextTokens: 65_536,
    maxOutputTokens: 32_768,
    isLocal: false,
    constraints: { ranges: {}, rejected: ["logprobs"], recommended: { temperature: 0.6, top_p: 0.95 } },
    groups: ["default", "vip"],
    price: { input: "4", output: "16", cachedInput: "1" },
    popularity: 14,
    answerTokens: 1_700,
  },
  {
    name: "glm-4-9b",
    upstreamModel: "glm-4-9b",
    vendor: "智谱 AI",
    description: "部署在校内机房，免费使用，余额用完也能继续。",
    capabilities: ["tools"],
    contextTokens: 32_768,
    maxOutputTokens: 4_096,
    isLocal: true,
    constraints: { ranges: { top_p: { minimum: 0.01, maximum: 0.99 } }, rejected: [], recommended: {} },
    groups: ["default", "vip"],
    price: { input: "0", output: "0" },
    popularity: 14,
    answerTokens: 350,
  },
  {
    name: "minicpm-v-4.6",
    upstreamModel: "minicpm-v-4.6",
    vendor: "面壁智能",
    description: "看图：公式、实验照片、图表。部署在校内机房。",
    capabilities: ["vision"],
    contextTokens: 32_768,
    maxOutputTokens: 4_096,
    isLocal: true,
    constraints: {
      ranges: { top_p: { maximum: 0.95 } },
      rejected: [],
      recommended: { temperature: 0.6, top_k: 20, top_p: 0.95 },
    },
    groups: ["default", "vip"],
    price: { input: "0.6", output: "1.2", image: "0.9" },
    popularity: 7,
    answerTokens: 260,
  },
  {
    name: "kimi-k2",
    upstreamModel: "qwen3-235b",
    vendor: "月之暗面",
    description: "长文与智能体任务，仅限课题组成员。",
    capabilities: ["tools", "reasoning"],
    contextTokens: 262_144,
    maxOutputTokens: 32_768,
    isLocal: false,
    groups: ["vip"],
    price: { input: "4", output: "16", cachedInput: "1" },
    popularity: 12,
    answerTokens: 900,
  },
];
