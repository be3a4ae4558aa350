import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase } from "@lyceum/db/testing";
import { createPatientPool } from "@lyceum/db/testing-clients";
import { type DemoUpstream, startDemoUpstream } from "@lyceum/demo-upstream";
import type { Log } from "@lyceum/gateway";
import { type RunningWorker, runWorker } from "../run-worker.ts";
import { CREDENTIAL, createScene, SECRET } from "./scene.ts";

const PATIENCE_MS = 50_000;

/** A gateway worker on a database of its own, with the demo upstream behind it, reached over HTTP as clients do. */
export async function createWorkerFixture() {
  const database = await createTestDatabase();
  const pool = createPatientPool(database.url, 4);
  const scene = createScene(pool);
  // Models that always fail are asked again and again: only tests of the breaker want it to open by their rate.
  await scene.query("insert into setting (key, value) values ('breaker', $1)", [
    JSON.stringify({ failures: 1_000, percent: 100, windowSeconds: 5 }),
  ]);
  // And what a slow machine is still at after a minute or five must not be asked for by probes, where tests count what upstreams are asked.
  await scene.query("insert into setting (key, value) values ('probes', $1)", [
    JSON.stringify({ firstSeconds: 3_600, mostSeconds: 3_600, passes: 3, everyMinutes: 30, capabilityHours: null }),
  ]);
  const upstream: DemoUpstream = await startDemoUpstream({ credential: CREDENTIAL });
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const log: Log = (level, message, fields) => void lines.push({ level, message, fields });
  const dataDir = await mkdtemp(join(tmpdir(), "lyceum-worker-"));
  const env = {
    PORT: 0,
    HOST: "127.0.0.1",
    DATABASE_URL: database.url,
    LYCEUM_SECRET: SECRET,
    CONSOLE_URL: null,
    TRUST_PROXY: false,
    LYCEUM_DATA_DIR: dataDir,
    LYCEUM_LARGE_BODIES_MB: 128,
    LYCEUM_DRAIN_MS: 0,
  };
  const worker = await runWorker(env, log);
  const url = `http://127.0.0.1:${worker.port}`;
  let isDrained = false;
  let workers = 1;

  return {
    ...scene,
    pool,
    databaseUrl: database.url,
    upstream,
    upstreamUrl: `${upstream.url}/v1`,
    url,
    lines,
    /** One more worker, which `inForce` knows of. */
    async startWorker(): Promise<RunningWorker> {
      const more = await runWorker(env, log);
      workers++;
      await until(async () => (await scene.query("select from worker")).length >= workers);
      return {
        port: more.port,
        async drain(limitMs) {
          workers--;
          await more.drain(limitMs);
        },
      };
    },
    /** Resolves once every worker that lives has in force what the database says now. */
    async inForce(): Promise<void> {
      const [row] = await scene.query<{ version: string }>("select version from config_version");
      await until(async () => {
        const ready = (await (await fetch(`${url}/readyz`)).json()) as { configVersion?: string };
        return BigInt(ready.configVersion ?? 0) >= BigInt(row?.version ?? 0);
      });
      await until(async () => {
        const behind = await scene.query(
          "select from worker where config_version < $1 and heartbeat_at > now() - interval '10 seconds'",
          [row?.version],
        );
        return behind.length === 0;
      });
    },
    chat(
      secret: string,
      body: unknown,
      init: { headers?: Record<string, string>; signal?: AbortSignal; path?: string } = {},
    ): Promise<Response> {
      return fetch(`${url}${init.path ?? "/v1/chat/completions"}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...init.headers },
        body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
        ...(init.signal && { signal: init.signal }),
      });
    },
    async drain(limitMs: number): Promise<void> {
      isDrained = true;
      await worker.drain(limitMs);
    },
    async close(): Promise<void> {
      if (!isDrained) await worker.drain(0);
      await upstream.close();
      await pool.end();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type WorkerFixture = Awaited<ReturnType<typeof createWorkerFixture>>;

/** Waits until a condition holds; fails a while before the time of a test is up. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`it did not come to pass within ${PATIENCE_MS / 1_000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The data of a stream's events, in order. */
export function eventsOf(text: string): string[] {
  return text
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: "))
    .map((frame) => frame.slice(6));
}

export const hello = [{ role: "user", content: "你好，世界" }];
