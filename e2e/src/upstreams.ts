/** The protocols that channels speak: by the name used here, the provider and the path of its base address at the demo upstream. */
export const upstreams = {
  "openai-chat": { provider: "openai", path: "/v1" },
  "openai-responses": { provider: "openai-responses", path: "/v1" },
  anthropic: { provider: "anthropic", path: "" },
  gemini: { provider: "gemini", path: "/v1beta" },
  ollama: { provider: "ollama", path: "" },
} as const;
