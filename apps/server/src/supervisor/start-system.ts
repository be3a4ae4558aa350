import { isIP } from "node:net";
import { lockDataFolder, openDataFolder, removeRunFile, writeRunFile } from "@lyceum/db/data-folder";
import { generateClientIfStale } from "@lyceum/db/generate";
import { applyMigrations } from "@lyceum/db/migrations";
import { deriveSecret } from "@lyceum/domain";
import type { Settings } from "../env.ts";
import { buildConsoleIfStale } from "./console-build.ts";
import { type RunningConsole, startConsole } from "./console-process.ts";
import { type SystemDatabase, startDatabase } from "./database.ts";
import { type Demo, startDemo } from "./demo.ts";
import { firstAdmin, type OneTimeSignIn } from "./first-admin.ts";
import { type RunningGateway, startGateway } from "./gateway-workers.ts";
import { checkPortFree, chooseLoopbackPort } from "./port.ts";
import type { Report } from "./report.ts";
import { loadSecret } from "./secret.ts";
import type { StopSignals } from "./stop-signals.ts";

/** A running system. `signIn` is there the first time only. `stop` ends every part, the gateway's streams first. */
export type System = {
  url: string;
  databaseUrl: string;
  signIn: OneTimeSignIn | null;
  demo: Demo | undefined;
  stop(): Promise<void>;
};

export type SystemOptions = {
  settings: Settings;
  withConsole: boolean;
  demo: boolean;
  report: Report;
  stops: StopSignals;
};

/**
 * Starts every part in order and resolves when all of them answer. If one fails, or a stop is asked for meanwhile,
 * the others are ended again before it throws: StartupError for whatever a person can mend.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { settings, report, stops } = options;
  await openDataFolder(settings.dataDir);
  const lock = await lockDataFolder(settings.dataDir, report.step);
  let database: SystemDatabase | undefined;
  let gateway: RunningGateway | undefined;
  let pages: RunningConsole | undefined;
  let demo: Demo | undefined;
  await using parts = new AsyncDisposableStack();
  // Ended from the last to the first.
  parts.defer(() => lock.release());
  parts.defer(() => removeRunFile(settings.dataDir));
  parts.defer(() => database?.stop());
  parts.defer(() => demo?.stop());
  parts.defer(() => pages?.stop());
  parts.defer(() => gateway?.stop());
  parts.defer(() => lock.markStopping());

  await checkPortFree(settings.host, settings.port);
  const databaseUrl = await prepare(options, async () => {
    database = await startDatabase(settings, report);
    return database.url;
  });
  const secret = settings.secret ?? (await loadSecret(settings.dataDir));
  if (options.demo) {
    report.step("Preparing the demo");
    demo = await startDemo({ databaseUrl, masterSecret: secret, dataDir: settings.dataDir });
  }
  const consolePort = options.withConsole ? await chooseLoopbackPort() : undefined;
  const env = { DATABASE_URL: databaseUrl, LYCEUM_SECRET: secret, LYCEUM_DATA_DIR: settings.dataDir };

  report.step(options.withConsole ? "Starting gateway and console" : "Starting the gateway");
  await allOf([
    startGateway({
      count: settings.gatewayWorkers,
      env: { ...env, ...gatewayEnvironment(settings, consolePort) },
      drainMs: settings.drainMs,
      report,
      stops,
    }).then((started) => {
      gateway = started;
    }),
    consolePort &&
      startConsole({ port: consolePort, env: { ...env, ...consoleEnvironment(settings, secret) }, report, stops }).then(
        (started) => {
          pages = started;
        },
      ),
  ]);

  const url = `http://${addressFor(settings.host, "localhost")}:${settings.port}`;
  const startedAt = new Date().toISOString();
  await writeRunFile(settings.dataDir, { pid: process.pid, port: settings.port, url, databaseUrl, startedAt });
  stops.stop.throwIfAborted();
  // Last, so that a start that fails does not use up the sign-in that is shown only once.
  const signIn = await firstAdmin(databaseUrl, settings.dataDir);
  const running = parts.move();
  return { url, databaseUrl, signIn, demo, stop: () => running.disposeAsync() };
}

/** Makes ready all that has to be there before a part can start; the database's way and the console's side by side. */
async function prepare(options: SystemOptions, start: () => Promise<string>): Promise<string> {
  const { report, stops } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([stops.stop, failed.signal]);
  const orAbort = (error: unknown) => {
    failed.abort(); // the other way need not go on
    throw error;
  };
  const migrate = async () => {
    const url = await start();
    signal.throwIfAborted();
    await applyMigrations(url, { log: report.step });
    return url;
  };
  const build = async () => {
    await generateClientIfStale(report.step);
    signal.throwIfAborted();
    if (options.withConsole) await buildConsoleIfStale({ log: report.step, signal });
  };
  const [url] = await allOf([migrate().catch(orAbort), build().catch(orAbort)]);
  stops.stop.throwIfAborted();
  return url;
}

/** Like Promise.all, but waits for all to end before it throws the first error: nothing goes on behind our back. */
async function allOf<T extends unknown[]>(work: readonly [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const first = Promise.all(work);
  first.catch(() => undefined); // it is awaited, but only below
  await Promise.allSettled(work);
  return (await first) as { [K in keyof T]: Awaited<T[K]> };
}

function gatewayEnvironment(settings: Settings, consolePort: number | undefined): Record<string, string> {
  return {
    PORT: String(settings.port),
    HOST: settings.host,
    CONSOLE_URL: consolePort === undefined ? "" : `http://127.0.0.1:${consolePort}`,
    TRUST_PROXY: settings.trustProxy ? "1" : "0",
    LYCEUM_DRAIN_MS: String(settings.drainMs),
    LYCEUM_LARGE_BODIES_MB: String(settings.largeBodiesMb ?? ""),
  };
}

function consoleEnvironment(settings: Settings, secret: string): Record<string, string | undefined> {
  return {
    NEXTAUTH_SECRET: deriveSecret(secret, "sessions").toString("hex"),
    AUTH_TRUST_HOST: "1",
    // Set, it would win over the address that the browser really uses.
    NEXTAUTH_URL: undefined,
    LYCEUM_INTERNAL_URL: `http://${addressFor(settings.host, "127.0.0.1")}:${settings.port}`,
  };
}

/** How to reach a server that listens on `host`: a wildcard stands for every address, so a local one is taken. */
function addressFor(host: string, local: string): string {
  if (host === "0.0.0.0" || host === "::") return local;
  return isIP(host) === 6 ? `[${host}]` : host;
}
