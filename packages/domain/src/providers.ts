/** The kinds of vendor that a channel may be; the gateway knows of each how it is spoken to. */
export const providerIds = [
  "openai",
  "openai-responses",
  "anthropic",
  "gemini",
  "ollama",
  "vllm",
  "deepseek",
  "qwen",
  "minicpm",
  "llamacpp",
] as const;
export type ProviderId = (typeof providerIds)[number];

/** The provider that a channel's `protocol` names; channels made before there was more than one hold the protocol's name. */
export function toProviderId(name: string): ProviderId | null {
  const id = name.trim() === "openai-chat" ? "openai" : name.trim();
  return providerIds.find((each) => each === id) ?? null;
}
