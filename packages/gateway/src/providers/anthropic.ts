import type { Provider } from "./provider.ts";

/** Models that decide themselves how long to think: later ones of them take no budget of tokens any more. Compatible servers' models take one. */
const ADAPTIVE_MODELS = /claude-(?:(?:opus|sonnet|haiku)-(?:4-[6-9](?!\d)|[5-9])|fable|mythos)/;

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
  thinksByBudget: (upstreamModel) => !ADAPTIVE_MODELS.test(upstreamModel),
  answersByTool: (upstreamModel) => SCHEMALESS_MODELS.test(upstreamModel),
  authorise: (credential) => (credential === null ? [] : ["x-api-key", credential]),
} satisfies Provider;
