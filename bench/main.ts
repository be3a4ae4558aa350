// `pnpm bench`: what the gateway costs, with every book and limit on, beside a direct run to the same upstream and beside a bare
// proxy (the floor). docs/performance.md says how to read the table.
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { REPOSITORY } from "@lyceum/e2e/system";
import { type Line, summarise } from "./src/report/summary.ts";
import { markdownTable } from "./src/report/table.ts";
import { runScenario, type ScenarioResult } from "./src/run-scenario.ts";
import { listScenarios, type Scenario } from "./src/scenarios.ts";
import { openStage } from "./src/stage/stage.ts";

const USAGE = "pnpm bench [--quick] [--only NAME]… [--json PATH]";
const LIMIT_MS = 15 * 60_000;

type Options = { quick: boolean; only: string[]; json: string };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string", default: join(REPOSITORY, "bench/results/latest.json") },
    },
  });
  return { ...values, json: resolve(values.json) };
}

function choose(options: Options): Scenario[] {
  const all = listScenarios(options.quick);
  const unknown = options.only.find((name) => !all.some((scenario) => scenario.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no scenario "${unknown}"; there are ${all.map((each) => each.name).join(", ")}`);
  }
  return options.only.length === 0 ? all : all.filter((scenario) => options.only.includes(scenario.name));
}

async function run(scenarios: readonly Scenario[], signal: AbortSignal): Promise<ScenarioResult[]> {
  const startedAt = performance.now();
  const log = (line: string) => {
    console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  };
  log("starting PostgreSQL, server, demo upstream and floor");
  const stage = await openStage([...new Set(scenarios.map((scenario) => scenario.model))]);
  try {
    const results: ScenarioResult[] = [];
    const [alone] = await stage.addPeople({ prefix: "alone", count: 1, amountNanos: 1_000_000_000_000_000n });
    for (const scenario of scenarios) {
      signal.throwIfAborted();
      const { name, people } = scenario;
      const crowd = { prefix: name, count: people, amountNanos: 10_000_000_000_000n };
      const keys = people === 1 && alone !== undefined ? [alone] : await stage.addPeople(crowd);
      results.push(await runScenario(stage, scenario, { keys, signal, log }));
    }
    return results;
  } catch (error) {
    if (!signal.aborted) console.error(`The server's last words:\n${stage.output()}`);
    throw error;
  } finally {
    log("stopping");
    await stage.close();
  }
}

async function writeReport(path: string, results: readonly ScenarioResult[], lines: readonly Line[], quick: boolean) {
  const report = {
    at: new Date().toISOString(),
    quick,
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? "", memoryMb: Math.round(totalmem() / 2 ** 20) },
    node: process.version,
    lines,
    scenarios: results.map(({ scenario: { body, ...scenario }, rounds, checkedRequests }) => {
      return { ...scenario, bodyBytes: body.length, checkedRequests, rounds };
    }),
  };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const scenarios = choose(options);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LIMIT_MS)]);
  const results = await run(scenarios, signal);
  const lines = results.flatMap(({ scenario, rounds }) => summarise(scenario, rounds));
  console.log(markdownTable(lines));
  const checked = results.reduce((sum, each) => sum + each.checkedRequests, 0);
  console.log(
    `\n${checked} requests sent through the gateway = usage records = charges by the price; the books add up.`,
  );
  await writeReport(options.json, results, lines, options.quick);
  console.log(options.json);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
