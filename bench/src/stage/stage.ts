import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type RunningSystem, runCli, startSystem, temporaryDataDir } from "@lyceum/e2e/system";
import pg from "pg";
import { addDeployments } from "./deployments.ts";
import { addPeople } from "./people.ts";
import { childrenOf, cpuOfTrees, residentKbOfTrees, threadCpuOfTrees } from "./process-figures.ts";
import { type Program, startProgram } from "./program.ts";

export const TARGETS = ["direct", "floor", "gateway"] as const;
export type TargetName = (typeof TARGETS)[number];

/** CPU time so far, in ms: of the floor's process, of the gateway's workers with all below them, of PostgreSQL's process tree. */
export type CpuTimes = { readonly floor: number; readonly gateway: number; readonly database: number };

/** Nanos a token; the price a million tokens is a million times that, so nothing is ever rounded. */
export const INPUT_NANOS = 2_000n;
export const OUTPUT_NANOS = 8_000n;

/** Everything that a run needs, each part its own process. */
export type Stage = {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly upstreamUrl: string;
  originOf(target: TargetName): string;
  cpu(): CpuTimes;
  /** Of the gateway's workers, to the nanosecond; see threadCpuOfTrees. */
  gatewayCpuMs(): number;
  residentKb(target: "floor" | "gateway"): number;
  /** Ends the floor, or the whole system with its database, and starts it anew on the same data: for memory of a fresh process. */
  restart(target: "floor" | "gateway"): Promise<void>;
  /** The last lines that the system wrote to stderr. */
  output(): string;
  addPeople(options: { prefix: string; count: number; amountNanos: bigint }): Promise<string[]>;
  addDeployments(options: { count: number; model: string }): Promise<void>;
  close(): Promise<void>;
};

/** Starts PostgreSQL, server, demo upstream and floor, and offers the models at the prices above. */
export async function openStage(models: readonly string[]): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const folder = await temporaryDataDir();
  parts.defer(() => folder.remove());
  const { dataDir } = folder;
  const upstream = await startProgram("packages/demo-upstream/src/main.ts", ["--port", "0"]);
  parts.defer(() => upstream.stop());
  const startFloor = () => startProgram("bench/src/floor-proxy.ts", [upstream.url]);
  let floor: Program = await startFloor();
  parts.defer(() => floor.stop());
  let running = await startWithPids(dataDir);
  parts.defer(async () => {
    await running.system.stop();
  });
  if (models.length > 0) await offerModels(dataDir, upstream.url, models);

  async function withDatabase<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: running.system.databaseUrl });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  const ready = parts.move();
  return {
    dataDir,
    databaseUrl: running.system.databaseUrl,
    upstreamUrl: upstream.url,
    originOf: (target) => ({ direct: upstream.url, floor: floor.url, gateway: running.system.url })[target],
    cpu: () => ({
      floor: cpuOfTrees([floor.pid]),
      gateway: cpuOfTrees(running.workers),
      database: cpuOfTrees([running.postmaster]),
    }),
    gatewayCpuMs: () => threadCpuOfTrees(running.workers),
    residentKb: (target) => residentKbOfTrees(target === "floor" ? [floor.pid] : running.workers),
    async restart(target) {
      if (target === "floor") {
        await floor.stop();
        floor = await startFloor();
      } else {
        await running.system.stop();
        running = await startWithPids(dataDir);
      }
    },
    output: () => running.system.output().trimEnd().split("\n").slice(-20).join("\n"),
    addPeople: (options) => withDatabase((client) => addPeople(client, options)),
    addDeployments: (options) =>
      withDatabase((client) => addDeployments(client, { ...options, upstreamUrl: upstream.url })),
    close: () => ready.disposeAsync(),
  };
}

type WithPids = { system: RunningSystem; workers: number[]; postmaster: number };

async function startWithPids(dataDir: string): Promise<WithPids> {
  const system = await startSystem({ dataDir, args: ["--no-console"] });
  const text = await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8");
  return { system, workers: childrenOf(system.pid, "worker.ts"), postmaster: Number(text.split("\n")[0]) };
}

async function offerModels(dataDir: string, upstreamUrl: string, models: readonly string[]): Promise<void> {
  const perMillion = (nanos: bigint) => String(Number(nanos) / 1_000);
  const steps = [
    // biome-ignore format: one command a line
    ["channel", "add", "--name", "bench", "--protocol", "openai", "--url", `${upstreamUrl}/v1`, "--models", models.join(","), "--allow-private"],
    ...models.map((model) => {
      // biome-ignore format: one command a line
      return ["model", "price", model, "--input", perMillion(INPUT_NANOS), "--output", perMillion(OUTPUT_NANOS)];
    }),
  ];
  for (const step of steps) {
    const { code, stderr } = await runCli(dataDir, step);
    if (code !== 0) throw new Error(`lyceum ${step.join(" ")}: ${stderr}`);
  }
}
