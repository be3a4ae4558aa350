import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { chooseLoopbackPort } from "../../supervisor/port.ts";

const WORKER = fileURLToPath(new URL("../../worker.ts", import.meta.url));

export type WorkerProcess = Awaited<ReturnType<typeof startWorkerProcess>>;

/** A gateway worker in a process of its own, so that its memory is nobody else's. `env`: beside address and port. */
export async function startWorkerProcess(env: Readonly<Record<string, string>>) {
  const port = await chooseLoopbackPort();
  const child = fork(WORKER, [], {
    env: { ...process.env, ...env, HOST: "127.0.0.1", PORT: String(port), LYCEUM_DRAIN_MS: "0" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  const [first] = (await Promise.race([once(child, "message"), ended])) as [
    { type?: string; reason?: string } | number,
  ];
  if (typeof first !== "object" || first.type !== "ready")
    throw new Error(`the worker did not start: ${typeof first === "object" ? first.reason : first}`);
  const residentMb = () =>
    Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) / 1_024;
  return {
    url: `http://127.0.0.1:${port}`,
    residentMb,
    /** The most resident memory in MB while `work` runs. */
    async peakMbDuring(work: Promise<unknown>): Promise<number> {
      let peak = residentMb();
      const timer = setInterval(() => {
        peak = Math.max(peak, residentMb());
      }, 100);
      try {
        await work;
      } finally {
        clearInterval(timer);
      }
      return Math.max(peak, residentMb());
    },
    async stop(): Promise<void> {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
