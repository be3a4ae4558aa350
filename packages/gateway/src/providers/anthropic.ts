import type { Provider } from "./provider.ts";

/** Models that came before adaptive thinking: they take a budget of tokens, and nothing else. */
const BUDGET_MODELS = /claude-(?:[23]|instant|(?:opus|sonnet|haiku)-4(?:-[0-5](?!\d)|-\d{8}|$))/;

/** Models that came before structured outputs. */
const SCHEMALESS_MODELS = /claude-(?:[23]|instant|(?:opus|sonnet)-4(?:-0|-\d{8}|$))/;

/** Anthropic, and servers that speak its API: DeepSeek, Moonshot, GLM, Bedrock's and Vertex's own proxies. */
export const anthropic = {
  id: "anthropic",
  protocol: "anthropic-messages",
  modelsPath: "/models",
  rejects: [],
  // Anthropic's own clients are given the address without /v1, and so administrators write it both ways.
  basePath: (path) => (path.endsWith("/v1") ? path : `${path}/v1`),
  thinksByBudget: (upstreamModel) => BUDGET_MODELS.test(upstreamModel),
  answersByTool: (upstreamModel) => SCHEMALESS_MODELS.test(upstreamModel),
  authorise: (credential) => (credential === null ? [] : ["x-api-key", credential]),
} satisfies Provider;
