import { type GatewayConfig, loadGatewayConfig, readConfigVersion } from "@lyceum/db/gateway-config";
import type { DatabasePool } from "@lyceum/db/pool";
import type { Log } from "@lyceum/gateway";

const POLL_MS = 250;

export type ConfigWatch = {
  /** What is in force; null until the database has answered once. */
  readonly current: GatewayConfig | null;
  /** Resolves once a configuration is in force. */
  readonly whenLoaded: Promise<void>;
  stop(): void;
};

/** Keeps the configuration in memory and up to date. `onChange` hears of every version taken. */
export function watchConfig(
  pool: DatabasePool,
  masterSecret: string,
  log: Log,
  onChange: (config: GatewayConfig) => void,
): ConfigWatch {
  const loaded = Promise.withResolvers<void>();
  let current: GatewayConfig | null = null;
  let isFailing = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function poll(): Promise<void> {
    try {
      if (current === null || (await readConfigVersion(pool)) !== current.version) {
        current = await loadGatewayConfig(pool, masterSecret, (message, error) => log("error", message, { error }));
        onChange(current);
        loaded.resolve();
      }
      if (isFailing) log("info", "the database answers again", {});
      isFailing = false;
    } catch (error) {
      // Said once: what is in memory stays in force.
      if (!isFailing && !isStopped) log("error", "the configuration can't be read", { error });
      isFailing = true;
    }
    if (!isStopped) timer = setTimeout(() => void poll(), POLL_MS);
  }
  void poll();

  return {
    get current() {
      return current;
    },
    whenLoaded: loaded.promise,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
