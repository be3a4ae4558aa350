import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { REPOSITORY } from "@lyceum/e2e/system";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** A program of ours that listens on loopback. `stop` ends exactly this process. */
export type Program = { readonly url: string; readonly pid: number; stop(): Promise<void> };

/** Starts a program that prints {"url"} as its first line, and ends when its stdin is closed or at SIGTERM. */
export async function startProgram(file: string, args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, [file, ...args], { cwd: REPOSITORY, stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await exit;
    clearTimeout(timer);
  };
  try {
    const line = await Promise.race([
      once(createInterface({ input: child.stdout }), "line", { signal: AbortSignal.timeout(START_LIMIT_MS) }),
      exit.then(() => Promise.reject(new Error(`${file} ended before it listened`))),
    ]);
    const { url } = JSON.parse(String(line[0])) as { url: string };
    if (child.pid === undefined) throw new Error(`${file} has no process id`);
    return { url, pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
