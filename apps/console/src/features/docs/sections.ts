/** The sections of the documentation, by their anchors; `${id}Head` in the messages is the heading of each. */
export const docsSections = ["start", "address", "key", "clients", "limits", "money", "privacy"] as const;

/** What stands behind the site's address in each client's settings, and where its key goes; tried versions are in docs/clients.md. */
export const clientAddresses = [
  { client: "openai (Python, JavaScript)", path: "/v1", key: "api_key, apiKey" },
  { client: "anthropic", path: "", key: "api_key" },
  { client: "google-genai", path: "", key: "api_key" },
  { client: "Ollama", path: "", key: "Authorization" },
  { client: "Claude Code", path: "", key: "ANTHROPIC_AUTH_TOKEN" },
  { client: "Codex", path: "/v1", key: "env_key" },
  { client: "Gemini CLI", path: "", key: "GEMINI_API_KEY" },
  { client: "Qwen Code", path: "/v1", key: "OPENAI_API_KEY" },
  { client: "opencode, AI SDK", path: "/v1", key: "apiKey" },
  { client: "LangChain: ChatOpenAI", path: "/v1", key: "api_key" },
  { client: "LangChain: ChatAnthropic, Google, Ollama", path: "", key: "api_key" },
  { client: "LiteLLM, aider: openai/", path: "/v1", key: "OPENAI_API_KEY" },
  { client: "LiteLLM, aider: gemini/", path: "/v1beta", key: "GEMINI_API_KEY" },
  { client: "Cherry Studio", path: "", key: "API Key" },
  { client: "Chatbox", path: "", key: "API Key" },
] as const;

/** Headers of an answer, and the message that says what each means. */
export const answerHeaders = [
  ["x-request-id", "headerRequestId"],
  ["retry-after", "headerRetryAfter"],
  ["x-ratelimit-*", "headerRates"],
  ["anthropic-ratelimit-*", "headerAnthropicRates"],
  ["x-gateway-dropped", "headerDropped"],
  ["x-gateway-clamped", "headerClamped"],
  ["x-gateway-model", "headerModel"],
] as const;
