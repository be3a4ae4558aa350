import type { ChannelConfig, GatewayConfig } from "@lyceum/db/gateway-config";
import type { DatabasePool } from "@lyceum/db/pool";
import { claimUpstreamList, recordUpstreamList, recordUpstreamListFailure } from "@lyceum/db/upstream-lists";
import { toAppError } from "@lyceum/domain";
import { type Log, testChannel } from "@lyceum/gateway";

const ROUND_MS = 60_000;
/** A start has better things to do, and whoever adds a channel looks at its list anyway. */
const FIRST_AFTER_MS = 180_000;
/** A server that has just come up may list nothing yet: that is no reason to call all its models gone. */
const EMPTY = "the list is empty";

export type ListWatch = {
  /** Looks at every list that is due. */
  round(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Asks channels' upstreams every few hours which models they have, and takes down what has changed. Each channel by one worker at a time, by
 * a lock in the database. Trouble with an upstream is kept with its channel; trouble of our own is logged, never fatal.
 */
export function startListWatch(
  pool: DatabasePool,
  config: () => GatewayConfig | null | undefined,
  log: Log,
): ListWatch {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function round(): Promise<void> {
    const current = config();
    const hours = current?.settings.listWatchHours ?? null;
    if (current == null || hours === null) return;
    for (let id = await claimUpstreamList(pool, hours); id !== null; id = await claimUpstreamList(pool, hours)) {
      const channel = current.channels.find((each) => each.id === id);
      // Not in force here yet, or nothing that could be asked: another round, or another worker.
      if (channel === undefined || isStopped) return;
      await look(channel);
    }
  }

  async function look(channel: ChannelConfig): Promise<void> {
    try {
      const { models } = await testChannel({
        protocol: channel.protocol,
        baseUrl: channel.baseUrl,
        credential: channel.credentials[0]?.secret ?? null,
        allowPrivate: channel.allowPrivate,
        headers: channel.overrides.headers,
      });
      if (models.length === 0) await recordUpstreamListFailure(pool, channel.id, EMPTY);
      else
        await recordUpstreamList(
          async (text, values) => (await pool.query(text, [...values])).rows,
          channel.id,
          models,
        );
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === "internal") throw thrown;
      const secret = channel.credentials[0]?.secret;
      // An upstream may repeat what it was sent.
      const said = secret ? error.message.replaceAll(secret, "[key]") : error.message;
      await recordUpstreamListFailure(pool, channel.id, said);
    }
  }

  async function tick(): Promise<void> {
    try {
      await round();
    } catch (error) {
      if (!isStopped) log("warn", "looking at upstreams' lists of models failed", { error });
    }
    // Spread out, so that workers started together don't do it all at once.
    if (!isStopped) timer = setTimeout(() => (running = tick()), ROUND_MS * (0.9 + Math.random() * 0.2)).unref();
  }
  let running: Promise<void> = Promise.resolve();
  timer = setTimeout(() => (running = tick()), FIRST_AFTER_MS + ROUND_MS * Math.random()).unref();

  return {
    round,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
