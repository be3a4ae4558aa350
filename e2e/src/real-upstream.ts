import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@lyceum/db/testing-port";
import { REPOSITORY, runProgram } from "./system.ts";

/** llama.cpp's own server on a model of half a megabyte that is made on the spot. */
export type RealUpstream = { url: string; stop(): Promise<void> };

/** Starts it on a free port and resolves when it answers. It ends by itself after ten minutes. */
export async function startRealUpstream(python: string): Promise<RealUpstream> {
  const folder = join(REPOSITORY, ".cache");
  await mkdir(folder, { recursive: true });
  const model = join(folder, "tiny.gguf");
  const made = await runProgram(python, ["e2e/real-upstream/make_tiny_model.py", model]);
  if (made.code !== 0) throw new Error(`the model could not be made: ${made.stderr}`);
  const port = await freePort();
  const child = spawn(python, ["e2e/real-upstream/serve.py", model, String(port)], {
    cwd: REPOSITORY,
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(`${url}/v1/models`, child);
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`the model server ended with ${child.exitCode}`);
    const response = await fetch(url).catch(() => null); // not listening yet
    if (response?.ok) return;
    await delay(100);
  }
  throw new Error("the model server did not answer within 30 s");
}
