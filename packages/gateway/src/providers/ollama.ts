import type { Provider } from "./provider.ts";

/** An Ollama server, by its root or by /api. It asks for no credential; proxies in front of it, and Ollama's own cloud, ask for a Bearer one. */
export const ollama = {
  id: "ollama",
  protocol: "ollama-chat",
  basePath: (path) => (path.endsWith("/api") ? path : `${path}/api`),
  modelsPath: "/tags",
  rejects: [],
  authorise: (credential) => (credential === null ? [] : ["authorization", `Bearer ${credential}`]),
} satisfies Provider;
