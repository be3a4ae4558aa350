import type { ProviderId } from "@lyceum/domain";
import type { UpstreamModel } from "./model-lists.ts";

/** Why a server is taken for one of a provider's. */
export type Sign =
  | { readonly kind: "list" }
  | { readonly kind: "host"; readonly value: string }
  | { readonly kind: "owner"; readonly value: string }
  | { readonly kind: "models"; readonly value: string };

type Mark = {
  readonly provider: ProviderId;
  readonly host?: RegExp;
  readonly owner?: RegExp;
  readonly models?: RegExp;
};

// Servers of OpenAI's shape differ in what they add to it; the first mark that fits counts.
const marks: readonly Mark[] = [
  { provider: "deepseek", host: /(?:^|\.)deepseek\.com$/, owner: /^deepseek$/ },
  { provider: "qwen", host: /^dashscope[\w-]*\.aliyuncs\.com$/ },
  { provider: "llamacpp", owner: /^llamacpp$/ },
  { provider: "minicpm", models: /minicpm-(?:v|o)/i },
  { provider: "vllm", owner: /^(?:vllm|sglang)$/ },
];

/** Which of the vendors that speak OpenAI's chat API stands behind a list of models. */
export function guessProvider(host: string, models: readonly UpstreamModel[]): { provider: ProviderId; sign: Sign } {
  for (const { provider, host: hosts, owner: owners, models: names } of marks) {
    if (hosts?.test(host) === true) return { provider, sign: { kind: "host", value: host } };
    const owner = models.find((model) => model.owner !== null && owners?.test(model.owner) === true)?.owner;
    if (owner != null) return { provider, sign: { kind: "owner", value: owner } };
    const [first] = models;
    if (names !== undefined && first !== undefined && models.every(({ name }) => names.test(name)))
      return { provider, sign: { kind: "models", value: first.name } };
  }
  return { provider: "openai", sign: { kind: "list" } };
}
