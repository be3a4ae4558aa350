import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { StartupError } from "@lyceum/db/startup-error";
import { backOff } from "./back-off.ts";
import { closeLostConnections } from "./lost-connections.ts";
import type { Report } from "./report.ts";
import type { StopSignals } from "./stop-signals.ts";

const READY_MS = 30_000;
/** How much longer than its own limit a draining worker may take before it is ended. */
const GRACE_MS = 5_000;
const WORKER = fileURLToPath(new URL("../worker.ts", import.meta.url));

export type GatewayOptions = {
  count: number;
  /** Beside our own environment: address, database, secret, console. */
  env: Record<string, string>;
  drainMs: number;
  report: Report;
  stops: StopSignals;
  /** The program each worker runs; a test has its own. */
  exec?: string;
};

/** The gateway's workers, kept running. `stop` lets their streams end, up to `drainMs`. */
export type RunningGateway = { stop(): Promise<void> };

/**
 * Starts the workers, which share the port, and resolves when all of them listen ({ type: "ready" }). One that dies
 * later is replaced. Throws StartupError if any of them can't start, after ending the others.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  // Nothing may land on our stdout, which with --json is for one line only; the workers' log goes to stderr.
  cluster.setupPrimary({ exec: options.exec ?? WORKER, args: [], stdio: ["ignore", 2, 2, "ipc"] });
  const workers = new Set<Worker>();
  let stopping = false;
  const fork = () => {
    const worker = cluster.fork(options.env);
    workers.add(worker);
    closeLostConnections(worker);
    worker.on("error", () => undefined); // a message to one that just died; "exit" tells
    worker.once("exit", () => workers.delete(worker));
    return worker;
  };
  const stop = async () => {
    stopping = true;
    await Promise.all([...workers].map((worker) => drain(worker, options)));
  };
  const first = Array.from({ length: options.count }, fork);
  try {
    await Promise.all(first.map((worker) => untilReady(worker, options.stops.stop)));
  } catch (error) {
    stopping = true;
    for (const worker of workers) worker.process.kill("SIGKILL");
    throw error;
  }
  const keep = (worker: Worker, pause: () => number) => {
    worker.once("exit", async (code, signal) => {
      if (stopping) return;
      options.report.warn(`A gateway worker ended (${signal ?? code}); starting another`);
      await delay(pause());
      if (!stopping) keep(fork(), pause);
    });
  };
  for (const worker of first) keep(worker, backOff());
  return { stop };
}

async function untilReady(worker: Worker, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stop.addEventListener("abort", () => reject(stop.reason), { once: true });
    const timer = setTimeout(() => {
      reject(new StartupError(`A gateway worker was not ready within ${READY_MS / 1000} s.`));
    }, READY_MS);
    worker.on("message", (message: unknown) => {
      const { type, reason } = (message ?? {}) as { type?: string; reason?: string };
      if (type === "ready") resolve();
      // A worker that knows why it can't start says so before it ends.
      else if (type === "failed") reject(new StartupError(`The gateway doesn't start: ${reason ?? "no reason given"}`));
      else return;
      clearTimeout(timer);
    });
    worker.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(
        new StartupError(`The gateway doesn't start: a worker ended with ${signal ?? code} (its output stands above).`),
      );
    });
  });
}

async function drain(worker: Worker, { drainMs, stops: { hurry } }: GatewayOptions): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, "exit");
  const kill = () => worker.process.kill("SIGKILL");
  const timer = setTimeout(kill, drainMs + GRACE_MS);
  hurry.addEventListener("abort", kill, { once: true });
  if (hurry.aborted) kill();
  else if (worker.isConnected()) worker.send({ type: "drain" });
  else worker.process.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
  hurry.removeEventListener("abort", kill);
}
