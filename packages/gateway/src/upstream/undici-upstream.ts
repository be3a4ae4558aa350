import type { ChannelConfig } from "@lyceum/db/gateway-config";
import { findProvider } from "../providers/find-provider.ts";
import { RunningList } from "../running-list.ts";
import { ChannelPool, poolKey } from "./channel-pool.ts";
import { Exchange } from "./exchange.ts";
import type { Upstream, UpstreamReceiver, UpstreamRequest } from "./upstream.ts";

/** How often deadlines are looked at: one timer for all exchanges costs less than two timers for each. */
const WATCH_EVERY_MS = 100;

/** The far side through undici: a keep-alive pool for each channel, raw handlers, one exchange a connection at a time. */
export function createUpstream(): Upstream {
  const pools = new Map<string, ChannelPool>();
  const poolOf = new WeakMap<ChannelConfig, ChannelPool>();
  const running = new RunningList<Exchange>();
  let watch: NodeJS.Timeout | null = null;
  let watchedAt = 0;

  function findPool(channel: ChannelConfig): ChannelPool {
    const known = poolOf.get(channel);
    if (known !== undefined && !known.isClosed) return known;
    const key = poolKey(channel);
    const pool = pools.get(key) ?? new ChannelPool(channel, findProvider(channel.protocol));
    pools.set(key, pool);
    poolOf.set(channel, pool);
    return pool;
  }

  function watchDeadlines(): void {
    const now = performance.now();
    // A process that stood still runs its timers before it reads what has come meanwhile.
    const stillMs = Math.max(0, now - watchedAt - WATCH_EVERY_MS);
    watchedAt = now;
    for (const exchange of running.all()) exchange.checkDeadlines(now, stillMs);
    if (running.size > 0 || watch === null) return;
    clearInterval(watch);
    watch = null;
  }

  return {
    send(request: UpstreamRequest, receiver: UpstreamReceiver) {
      const exchange = new Exchange(request, receiver, running);
      running.add(exchange);
      if (watch === null) {
        watchedAt = performance.now();
        watch = setInterval(watchDeadlines, WATCH_EVERY_MS).unref();
      }
      try {
        findPool(request.channel).dispatch(request, exchange);
      } catch (error) {
        // A base URL that can't be read, say. Not before the caller has its exchange in hand.
        setImmediate(() => exchange.fail("connect", error));
      }
      return exchange;
    },
    retain(channels) {
      const kept = new Set(channels.map(poolKey));
      for (const [key, pool] of pools) {
        if (kept.has(key)) continue;
        pools.delete(key);
        pool.close();
      }
    },
    async close() {
      if (watch !== null) clearInterval(watch);
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}
