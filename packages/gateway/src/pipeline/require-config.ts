import type { GatewayConfig } from "@lyceum/db/gateway-config";
import { AppError } from "@lyceum/domain";
import type { Deps } from "./deps.ts";

/** The configuration in force. Throws database_unavailable until it has been loaded once. */
export function requireConfig(deps: Deps): GatewayConfig {
  const config = deps.config();
  if (config === null)
    throw new AppError("database_unavailable", { detail: "the configuration is not loaded yet", retryAfterMs: 1_000 });
  return config;
}
