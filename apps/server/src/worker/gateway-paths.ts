import { nearMiss } from "@lyceum/gateway";

const PROTOCOLS = /^\/(?:v1|v1beta)(?:\/|$)/;
/** Some clients put /api behind an address that ends in it already. The console's own addresses below /api are others. */
const OLLAMA =
  /^(?:\/api)?\/api\/(?:chat|generate|tags|show|ps|version|embed|embeddings|pull|push|create|copy|delete)$/;
const OPERATIONS = /^\/(?:healthz|readyz|metrics)$/;

/** Whether a path (without its query) is the gateway's. Every other one is the console's. Clients with a wrong base address are the gateway's, which tells them so. */
export function isGatewayPath(path: string): boolean {
  return PROTOCOLS.test(path) || OLLAMA.test(path) || OPERATIONS.test(path) || nearMiss(path) !== null;
}
