import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { noOverrides } from "@lyceum/domain";

/** A channel that is only tried, with no credential of its own: what is tried says which. */
export function trialChannel(
  channel: Pick<ChannelConfig, "id" | "protocol" | "baseUrl" | "allowPrivate">,
  timeoutMs: number,
): ChannelConfig {
  return {
    ...channel,
    name: channel.id,
    credentials: [],
    idleTimeoutMs: timeoutMs,
    totalTimeoutMs: timeoutMs,
    firstTokenTimeoutMs: null,
    parallelLimit: null,
    overrides: noOverrides,
  };
}
