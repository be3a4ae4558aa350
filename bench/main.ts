// `pnpm bench`: what a small request costs, with key check, reservation, routing, durable settlement and usage record on,
// beside a direct run to the same upstream. Direct and gateway take turns, so that both see the same machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cliJson, REPOSITORY, runCli, startSystem, temporaryDataDir } from "@lyceum/e2e/system";
import { childrenOf, cpuOfTrees } from "./src/cpu-time.ts";
import { closedLoop, type LoadResult, percentile, type Target } from "./src/load.ts";

const ROUNDS = 3;
const SECONDS = 4;
const MODEL = "demo-fast";

type Sample = { result: LoadResult; gatewayMs: number; databaseMs: number };

async function startUpstream() {
  const child = spawn(process.execPath, ["packages/demo-upstream/src/main.ts", "--port", "0"], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, child };
}

/** A person with more money than the run can spend, a key, and the demo upstream as the only channel. */
async function prepare(dataDir: string, upstream: string): Promise<string> {
  const steps = [
    ["user", "add", "--student-id", "2025001", "--name", "Bench", "--role", "student"],
    ["fund", "--student-id", "2025001", "--amount", "1000000", "--reason", "bench"],
    [
      "channel",
      "add",
      "--name",
      "bench",
      "--protocol",
      "openai",
      "--url",
      `${upstream}/v1`,
      "--models",
      MODEL,
      "--groups",
      "default",
      "--allow-private",
    ],
    ["model", "price", MODEL, "--input", "2", "--output", "8"],
  ];
  for (const step of steps) {
    const { code, stderr } = await runCli(dataDir, step);
    if (code !== 0) throw new Error(`lyceum ${step.join(" ")}: ${stderr}`);
  }
  const key = await cliJson<{ key: string }>(dataDir, [
    "key",
    "create",
    "--student-id",
    "2025001",
    "--name",
    "bench",
    "--group",
    "default",
  ]);
  return key.key;
}

async function main(): Promise<void> {
  const folder = await temporaryDataDir();
  const upstream = await startUpstream();
  const system = await startSystem({ dataDir: folder.dataDir, args: ["--no-console"] });
  try {
    const key = await prepare(folder.dataDir, upstream.url);
    const body = Buffer.from(
      JSON.stringify({ model: MODEL, max_tokens: 16, messages: [{ role: "user", content: "你好" }] }),
    );
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const direct: Target = { origin: upstream.url, headers, body };
    const gateway: Target = { origin: system.url, headers, body };
    const postmaster = Number(
      (await readFile(join(folder.dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0],
    );
    const workers = childrenOf(system.pid, "worker.ts");

    const measure = async (target: Target, connections: number): Promise<Sample> => {
      const before = { gateway: cpuOfTrees(workers), database: cpuOfTrees([postmaster]) };
      const result = await closedLoop(target, connections, SECONDS);
      return {
        result,
        gatewayMs: (cpuOfTrees(workers) - before.gateway) / result.requests,
        databaseMs: (cpuOfTrees([postmaster]) - before.database) / result.requests,
      };
    };

    let sent = 0;
    await closedLoop(gateway, 32, 3).then((warm) => {
      sent += warm.requests;
    });
    const rows = [];
    for (const connections of [32, 256]) {
      const samples: { direct: Sample[]; gateway: Sample[] } = { direct: [], gateway: [] };
      for (let round = 0; round < ROUNDS; round++) {
        samples.direct.push(await measure(direct, connections));
        const sample = await measure(gateway, connections);
        sent += sample.result.requests;
        if (sample.result.failed > 0) throw new Error(`${sample.result.failed} requests through the gateway failed`);
        samples.gateway.push(sample);
      }
      for (const [name, list] of Object.entries(samples)) rows.push(row(name, connections, list));
    }
    print(rows);
    await check(folder.dataDir, sent);
  } finally {
    await system.stop();
    upstream.child.kill("SIGTERM");
    await folder.remove();
  }
}

function row(name: string, connections: number, samples: readonly Sample[]) {
  const median = (pick: (sample: Sample) => number) =>
    samples.map(pick).sort((a, b) => a - b)[samples.length >> 1] ?? Number.NaN;
  const isGateway = name === "gateway";
  return {
    run: name,
    connections,
    "requests/s": Math.round(median(({ result }) => result.requests / result.seconds)),
    "p50 ms": median(({ result }) => percentile(result.latenciesMs, 50)).toFixed(2),
    "p99 ms": median(({ result }) => percentile(result.latenciesMs, 99)).toFixed(2),
    "gateway CPU ms": isGateway ? median((sample) => sample.gatewayMs).toFixed(3) : "–",
    "PostgreSQL CPU ms": isGateway ? median((sample) => sample.databaseMs).toFixed(3) : "–",
  };
}

function print(rows: readonly Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  console.log(`| ${columns.join(" | ")} |\n|${columns.map(() => "---").join("|")}|`);
  for (const each of rows) console.log(`| ${columns.map((column) => each[column]).join(" | ")} |`);
}

/** Requests sent = usage records, and the books add up; anything else makes the figures worthless. */
async function check(dataDir: string, sent: number): Promise<void> {
  const report = await cliJson<{ ok: boolean; usageRecords: number }>(dataDir, ["ledger", "verify"]);
  if (!report.ok || report.usageRecords !== sent) {
    throw new Error(`${sent} requests sent, ${report.usageRecords} recorded, books ${report.ok ? "right" : "wrong"}`);
  }
  console.log(`\n${sent} requests sent = ${report.usageRecords} usage records; the books add up.`);
}

await main();
