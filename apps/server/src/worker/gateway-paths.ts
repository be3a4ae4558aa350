const PROTOCOLS = /^\/(?:v1|v1beta)(?:\/|$)/;
const OLLAMA = /^\/api\/(?:chat|generate|tags|show|ps|version|embed|embeddings)$/;
/** Calls of clients whose base address lacks /v1: the gateway tells them so. */
const BARE = /^\/(?:chat\/completions|completions|embeddings)$/;
const OPERATIONS = /^\/(?:healthz|readyz|metrics)$/;

/** Whether a path (without its query) is the gateway's. Every other one is the console's. */
export function isGatewayPath(path: string): boolean {
  return PROTOCOLS.test(path) || OLLAMA.test(path) || BARE.test(path) || OPERATIONS.test(path);
}
