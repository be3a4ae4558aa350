import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findGatewayKey } from "@lyceum/db/gateway-keys";
import { findGatewayPerson } from "@lyceum/db/gateway-people";
import { readPlacesInLine, runQueueStep } from "@lyceum/db/gateway-queue";
import { createPool } from "@lyceum/db/pool";
import {
  deleteStoredResponse,
  findConversation,
  findStoredItems,
  findStoredResponse,
  insertStoredResponse,
} from "@lyceum/db/stored-responses";
import { defaultSettings, deriveSecret, newId, openSessionCredential } from "@lyceum/domain";
import {
  ChannelQueue,
  createGateway,
  createMediaFetcher,
  createUpstream,
  type Gateway,
  HealthBook,
  KeyCache,
  type Log,
} from "@lyceum/gateway";
import { createLedger } from "@lyceum/ledger";
import { answerConsoleDown } from "../console-down.ts";
import { createConsoleProxy } from "../console-proxy.ts";
import { BodyBudget } from "./body-budget.ts";
import { CHANNEL_TEST_PATH, createChannelEndpoint } from "./channel-endpoint.ts";
import { watchConfig } from "./config-watch.ts";
import type { WorkerEnv } from "./env.ts";
import { isGatewayPath } from "./gateway-paths.ts";
import { startHealthReports } from "./health-reports.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { startKeyRefusals } from "./key-refusals.ts";
import { startListWatch } from "./list-watch.ts";
import { startMail } from "./mail.ts";
import { mountGateway } from "./mount-gateway.ts";
import { startPresence } from "./presence.ts";
import { startProbes } from "./probes.ts";
import { startProposals } from "./proposals.ts";
import { startSpeeds } from "./speeds.ts";

/** Well below PostgreSQL's limit: two batches of each kind, the queue's, the polls, and a spare. */
const POOL_SIZE = 7;
/** Longer than reverse proxies keep idle connections, so that none is closed under a request just sent. */
const KEEP_ALIVE_MS = 75_000;
const SETTLE_MS = 5_000;
const MIB = 1_048_576;
/** Each holds what came before it was told to wait: at most the megabyte of one sent in chunks. */
const MOST_WAITING_BODIES = 500;
/** Whoever is refused sends everything once more, so waiting is cheaper; but node wants a whole request within five minutes. */
const BODY_WAIT_MS = 240_000;

export type RunningWorker = {
  /** Port it listens on. */
  readonly port: number;
  /** Stops accepting, lets streams end for at most `limitMs`, settles everything, and closes. */
  drain(limitMs: number): Promise<void>;
};

/** Starts one gateway worker and resolves when it listens and its configuration is loaded. Rejects if it can't listen. */
export async function runWorker(env: WorkerEnv, log: Log): Promise<RunningWorker> {
  const clock = () => performance.now();
  const id = newId();
  const pool = createPool(env.DATABASE_URL, POOL_SIZE, (error) =>
    log("warn", "a database connection was lost", { error }),
  );
  const upstream = createUpstream();
  const media = createMediaFetcher();
  const presence = startPresence(pool, id, () => config.current, log);
  const health = new HealthBook(clock);
  const config = watchConfig(pool, env.LYCEUM_SECRET, log, {
    onConfig({ channels }) {
      upstream.retain(channels);
      presence.announce();
    },
    onHealth(snapshot) {
      health.takeSnapshot(snapshot);
      reports.takeSnapshot(snapshot);
      probes.takeSnapshot(snapshot);
    },
  });
  const reports = startHealthReports(
    pool,
    health,
    { settings: () => config.current?.settings, onChanged: () => config.poke(), clock },
    log,
  );
  health.whenUrgent(() => reports.flush());
  const housekeeping = startHousekeeping({ pool, url: env.DATABASE_URL }, () => config.current?.settings, log);
  const mail = startMail(pool, env.LYCEUM_SECRET, () => config.current?.settings, log);
  const lists = startListWatch(pool, () => config.current, log);
  const ledger = createLedger({
    pool,
    workerId: id,
    timeZone: () => config.current?.settings.timeZone ?? "Asia/Shanghai",
    spoolFolder: join(env.LYCEUM_DATA_DIR, "spool"),
    log: (message, error) => log("warn", message, { error }),
  });
  const probes = startProbes({
    ...{ pool, upstream, ledger, log, book: health },
    config: () => config.current,
    onChanged: () => config.poke(),
  });
  const proposals = startProposals(pool, log);
  const speeds = startSpeeds(pool, log);
  const refusals = startKeyRefusals(pool, log);
  const queue = new ChannelQueue({
    step: (step) => runQueueStep(pool, { workerId: id, ...step }),
    line: () => readPlacesInLine(pool, id),
    bounds: () => (config.current?.settings ?? defaultSettings).queue,
    clock,
    log,
  });
  const pseudonymSecret = deriveSecret(env.LYCEUM_SECRET, "internal");
  const sessionSecret = deriveSecret(env.LYCEUM_SECRET, "gateway-session");
  const gateway = createGateway({
    ledger,
    upstream,
    fetchMedia: media.fetchMedia,
    config: () => config.current,
    keys: new KeyCache(),
    health,
    queue,
    findKey: (hash) => findGatewayKey(pool, hash),
    openSession: (secret) => openSessionCredential(sessionSecret, secret),
    findPerson: (userId, groupId) => findGatewayPerson(pool, userId, groupId),
    pingDatabase: async () => void (await pool.query("select 1")),
    clock,
    random: Math.random,
    responses: {
      insert: (...kept) => insertStoredResponse(pool, ...kept),
      find: (accountId, id) => findStoredResponse(pool, accountId, id),
      conversation: (accountId, id, mostBytes) => findConversation(pool, accountId, id, mostBytes),
      items: (...wanted) => findStoredItems(pool, ...wanted),
      delete: (accountId, id) => deleteStoredResponse(pool, accountId, id),
    },
    pseudonym: (userId) =>
      `user_${createHmac("sha256", pseudonymSecret).update(`upstream:${userId}`).digest("hex").slice(0, 24)}`,
    propose: proposals.note,
    noteSpeed: speeds.note,
    noteRefusal: refusals.note,
    trustsProxy: env.TRUST_PROXY,
    log,
  });
  const bodies = new BodyBudget({
    totalBytes: env.LYCEUM_LARGE_BODIES_MB * MIB,
    mostWaiting: MOST_WAITING_BODIES,
    longestWaitMs: BODY_WAIT_MS,
  });
  let isDraining = false;
  const server = listener(env, gateway, bodies, log, clock, () => isDraining);
  server.listen(env.PORT, env.HOST);
  await once(server, "listening");
  await config.whenLoaded;

  return {
    port: portOf(server),
    async drain(limitMs) {
      isDraining = true;
      const closed = once(server, "close");
      server.close();
      await untilIdle(server, gateway, limitMs);
      gateway.cutStreams();
      queue.stop();
      await Promise.all([probes.stop(), upstream.close(), media.close()]);
      await untilIdle(server, gateway, SETTLE_MS);
      await ledger.close(SETTLE_MS);
      await queue.close();
      server.closeAllConnections();
      await closed;
      config.stop();
      await proposals.stop();
      await speeds.stop();
      await refusals.stop();
      await reports.stop();
      await lists.stop();
      await housekeeping.stop();
      await mail.stop();
      await presence.stop();
      await pool.end();
    },
  };
}

function listener(
  env: WorkerEnv,
  gateway: Gateway,
  bodies: BodyBudget,
  log: Log,
  clock: () => number,
  isDraining: () => boolean,
): Server {
  const toGateway = mountGateway({ gateway, bodies, trustProxy: env.TRUST_PROXY, clock, isDraining, log });
  const toConsole =
    env.CONSOLE_URL === null
      ? answerConsoleDown
      : createConsoleProxy({ target: env.CONSOLE_URL, trustProxy: env.TRUST_PROXY });
  const testChannels = createChannelEndpoint(env.LYCEUM_SECRET, log);
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const url = request.url ?? "/";
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    if (isGatewayPath(path)) toGateway(request, response, path);
    else if (path === CHANNEL_TEST_PATH) void testChannels(request, response);
    else toConsole(request, response);
  });
}

/** Waits until no call and no connection is open, or the time is up. */
async function untilIdle(server: Server, gateway: Gateway, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    server.closeIdleConnections();
    const connections = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    if ((gateway.open === 0 && connections === 0) || performance.now() >= deadline) return;
    await delay(20);
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
