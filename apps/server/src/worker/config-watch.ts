import { type GatewayConfig, loadGatewayConfig, readConfigVersions } from "@lyceum/db/gateway-config";
import { type HealthSnapshot, readHealth } from "@lyceum/db/gateway-health";
import type { DatabasePool } from "@lyceum/db/pool";
import type { Log } from "@lyceum/gateway";

const POLL_MS = 250;

export type ConfigWatch = {
  /** What is in force; null until the database has answered once. */
  readonly current: GatewayConfig | null;
  /** Resolves once a configuration is in force. */
  readonly whenLoaded: Promise<void>;
  /** Looks at once, because something is known to have changed. */
  poke(): void;
  stop(): void;
};

export type ConfigListener = {
  /** Hears of every configuration taken. */
  onConfig(config: GatewayConfig): void;
  /** Hears of what is out, whenever that has changed; the first time before a configuration is in force. */
  onHealth(health: HealthSnapshot): void;
};

/** Keeps the configuration, and what the machine found out, in memory and up to date. */
export function watchConfig(
  pool: DatabasePool,
  masterSecret: string,
  log: Log,
  { onConfig, onHealth }: ConfigListener,
): ConfigWatch {
  const loaded = Promise.withResolvers<void>();
  let current: GatewayConfig | null = null;
  let healthVersion: bigint | null = null;
  let isFailing = false;
  let isStopped = false;
  let isPolling = false;
  let isPoked = false;
  let timer: NodeJS.Timeout | undefined;

  async function poll(): Promise<void> {
    isPolling = true;
    isPoked = false;
    try {
      const versions = await readConfigVersions(pool);
      if (versions.healthVersion !== healthVersion) {
        const health = await readHealth(pool);
        healthVersion = health.version;
        onHealth(health);
      }
      if (versions.version !== current?.version) {
        current = await loadGatewayConfig(pool, masterSecret, (message, error) => log("error", message, { error }));
        onConfig(current);
        loaded.resolve();
      }
      if (isFailing) log("info", "the database answers again", {});
      isFailing = false;
    } catch (error) {
      // Said once: what is in memory stays in force.
      if (!isFailing && !isStopped) log("error", "the configuration can't be read", { error });
      isFailing = true;
    }
    isPolling = false;
    if (!isStopped) timer = setTimeout(() => void poll(), isPoked ? 0 : POLL_MS);
  }
  void poll();

  return {
    get current() {
      return current;
    },
    whenLoaded: loaded.promise,
    poke() {
      isPoked = true;
      if (isPolling || isStopped) return;
      clearTimeout(timer);
      timer = setTimeout(() => void poll(), 0);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
