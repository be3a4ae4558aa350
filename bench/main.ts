// `pnpm bench`: what the gateway costs, with every book and limit on, beside a direct run to the same upstream and beside a bare
// proxy (the floor). docs/performance.md says how to read the table.
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { REPOSITORY } from "@lyceum/e2e/system";
import { summarise } from "./src/report/summary.ts";
import { markdownTable } from "./src/report/table.ts";
import { runScenario, type ScenarioResult } from "./src/run-scenario.ts";
import { listScenarios, type Scenario } from "./src/scenarios.ts";
import { openStage } from "./src/stage/stage.ts";

const USAGE = "pnpm bench [--quick] [--only NAME]… [--json PATH]";
const LIMIT_MS = 20 * 60_000;

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

/** Adds each scenario's result to `results` as it ends, so that what was measured before a failure is not lost. */
async function run(scenarios: readonly Scenario[], signal: AbortSignal, results: ScenarioResult[]): Promise<void> {
  const startedAt = performance.now();
  const log = (line: string) => {
    console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  };
  log("starting PostgreSQL, server, demo upstream and floor");
  const stage = await openStage([...new Set(scenarios.map((scenario) => scenario.model))]);
  try {
    const [alone] = await stage.addPeople({ prefix: "alone", count: 1, amountNanos: 1_000_000_000_000_000n });
    for (const scenario of scenarios) {
      signal.throwIfAborted();
      const { name, people } = scenario;
      const crowd = { prefix: name, count: people, amountNanos: 10_000_000_000_000n };
      const keys = people === 1 && alone !== undefined ? [alone] : await stage.addPeople(crowd);
      results.push(await runScenario(stage, scenario, { keys, signal, log }));
    }
  } catch (error) {
    if (!signal.aborted) console.error(`The server's last words:\n${stage.output()}`);
    throw error;
  } finally {
    log("stopping");
    await stage.close();
  }
}

async function report(options: Options, results: readonly ScenarioResult[], isComplete: boolean): Promise<void> {
  const lines = results.flatMap(({ scenario, rounds }) => summarise(scenario, rounds));
  console.log(markdownTable(lines));
  if (isComplete) {
    const checked = results.reduce((sum, each) => sum + each.checkedRequests, 0);
    console.log(
      `\n${checked} requests sent through the gateway = usage records = charges by the price; the books add up.`,
    );
  }
  const contents = {
    at: new Date().toISOString(),
    isComplete,
    quick: options.quick,
    machine: { cpus: cpus().length, model: cpus()[0]?.model ?? "", memoryMb: Math.round(totalmem() / 2 ** 20) },
    node: process.version,
    lines,
    scenarios: results.map(({ scenario: { body, ...scenario }, rounds, checkedRequests }) => {
      return { ...scenario, bodyBytes: body.length, checkedRequests, rounds };
    }),
  };
  await mkdir(dirname(options.json), { recursive: true });
  await writeFile(options.json, `${JSON.stringify(contents, null, 2)}\n`);
  console.log(options.json);
}

async function main(): Promise<void> {
  const options = readOptions();
  const scenarios = choose(options);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LIMIT_MS)]);
  const results: ScenarioResult[] = [];
  let isComplete = false;
  try {
    await run(scenarios, signal, results);
    isComplete = true;
  } finally {
    if (results.length > 0) await report(options, results, isComplete);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
