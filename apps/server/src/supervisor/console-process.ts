import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { StartupError } from "@lyceum/db/startup-error";
import { CONSOLE_KEEP_ALIVE_MS } from "../console-proxy.ts";
import { childEnvironment } from "../env.ts";
import { backOff } from "./back-off.ts";
import { CONSOLE_FOLDER, nextProgram } from "./console-build.ts";
import type { Report } from "./report.ts";
import type { StopSignals } from "./stop-signals.ts";

const READY_MS = 60_000;
const STOP_MS = 5_000;
const PRELOAD = fileURLToPath(new URL("./exit-with-parent.ts", import.meta.url));
/** Seen to hold 300 MB at the same speed; without limits it grew to 580 MB. */
const MEMORY_FLAGS = ["--max-old-space-size=256", "--max-semi-space-size=8"];

export type ConsoleOptions = {
  port: number;
  /** Beside our own environment: database, secrets, addresses. */
  env: Record<string, string | undefined>;
  report: Report;
  stops: StopSignals;
};

/** The console, kept running. `stop` resolves once it has ended. */
export type RunningConsole = { stop(): Promise<void> };

/**
 * Starts the built console on a loopback port and resolves when it answers; from then on it is started again whenever
 * it dies. Throws StartupError if it doesn't come up the first time.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  let child = spawnConsole(options);
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await stopChild(child, options.stops.hurry);
  };
  try {
    await untilAnswering(options, child);
  } catch (error) {
    await stop();
    throw error;
  }
  const pause = backOff();
  const keep = () => {
    child.once("exit", async (code, signal) => {
      if (stopping) return;
      options.report.warn(`The console ended (${signal ?? code}); starting it again`);
      await delay(pause());
      if (stopping) return;
      child = spawnConsole(options);
      keep();
    });
  };
  keep();
  return { stop };
}

function spawnConsole({ port, env, report }: ConsoleOptions): ChildProcess {
  const next = ["start", "-H", "127.0.0.1", "-p", String(port), "--keepAliveTimeout", String(CONSOLE_KEEP_ALIVE_MS)];
  const args = [...MEMORY_FLAGS, "--import", PRELOAD, nextProgram(), ...next];
  const child = spawn(process.execPath, args, {
    cwd: CONSOLE_FOLDER,
    env: childEnvironment({ ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" }),
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C at the terminal is for the supervisor, which stops the gateway first.
    detached: true,
  });
  child.on("error", (error) => report.warn(`The console can't be run: ${error.message}`));
  child.stdin?.on("error", () => undefined); // it ended: "exit" tells
  if (child.stdout) passOutput(child.stdout);
  return child;
}

/** Next.js opens with a banner that shows an address nobody should use; what the pages say is worth reading. */
function passOutput(stdout: NodeJS.ReadableStream): void {
  let banner = true;
  createInterface({ input: stdout }).on("line", (line) => {
    const itsOwn = banner || /^\s*[✓▲]/.test(line);
    if (/Ready in/.test(line)) banner = false;
    if (!itsOwn) process.stderr.write(`${line}\n`);
  });
}

async function untilAnswering({ port, stops }: ConsoleOptions, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await answers(port))) {
    stops.stop.throwIfAborted();
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null || child.pid === undefined) {
      throw new StartupError(
        `The console doesn't start: it ended with ${ended ?? "no process"} (its output stands above).`,
      );
    }
    if (Date.now() > deadline) throw new StartupError(`The console didn't answer within ${READY_MS / 1000} s.`);
    await delay(50);
  }
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/", agent: false, timeout: 10_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

async function stopChild(child: ChildProcess, hurry: AbortSignal): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const kill = () => child.kill("SIGKILL");
  const timer = setTimeout(kill, STOP_MS);
  hurry.addEventListener("abort", kill, { once: true });
  child.kill(hurry.aborted ? "SIGKILL" : "SIGTERM");
  await ended;
  clearTimeout(timer);
  hurry.removeEventListener("abort", kill);
}
