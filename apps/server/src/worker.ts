import cluster from "node:cluster";
import { parseWorkerEnv } from "./worker/env.ts";
import { createLog } from "./worker/log.ts";
import { runWorker } from "./worker/run-worker.ts";

// One gateway process: started by the supervisor through node:cluster, or by hand.
const { log, flush } = createLog();

// Without this node:cluster ends a worker at once when its supervisor is killed, and with it every running answer.
if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;

process.on("unhandledRejection", (error) => log("error", "a promise was rejected and nobody listened", { error }));

try {
  const env = parseWorkerEnv(process.env);
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    // Ctrl-C at a terminal is for the supervisor.
    process.on("SIGINT", process.send === undefined ? resolve : () => undefined);
    process.once("disconnect", resolve);
    process.on("message", (message: unknown) => {
      if (typeof message === "object" && message !== null && "type" in message && message.type === "drain") resolve();
    });
  });
  const worker = await Promise.race([runWorker(env, log), stopped]);
  // Stopped while it still waited for the database: nothing has been taken on.
  if (worker === undefined) process.exit(0);
  process.send?.({ type: "ready" });
  await stopped;
  await worker.drain(env.LYCEUM_DRAIN_MS);
  await flush();
  process.exit(0);
} catch (error) {
  process.send?.({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
  log("error", "the gateway could not start", { error });
  await flush();
  process.exit(1);
}
