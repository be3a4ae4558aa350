// `pnpm bench`: what the gateway costs, with every book and limit on, beside a direct run to the same upstream and beside a bare
// proxy (the floor). docs/performance.md says how to read the table.
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { REPOSITORY } from "@lyceum/e2e/system";
import { pairsTable, pairsVerdict, summarisePairs } from "./src/pairs/pairs-table.ts";
import { type PairsResult, runPairs } from "./src/pairs/run-pairs.ts";
import { summarise } from "./src/report/summary.ts";
import { markdownTable } from "./src/report/table.ts";
import { runScenario, type ScenarioResult } from "./src/run-scenario.ts";
import { listScenarios, type Scenario } from "./src/scenarios.ts";
import { openStage } from "./src/stage/stage.ts";

const USAGE = "pnpm bench [--quick] [--only NAME]… [--warm-up SECONDS] [--json PATH]";
const LIMIT_MS = 20 * 60_000;

/** All pairs of protocols, beside the scenarios. */
const PAIRS = "pairs";

type Options = { quick: boolean; only: string[]; warmUpSeconds: number; json: string };

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      "warm-up": { type: "string", default: "5" },
      json: { type: "string", default: join(REPOSITORY, "bench/results/latest.json") },
    },
  });
  const warmUpSeconds = Number(values["warm-up"]);
  if (!(warmUpSeconds >= 1 && warmUpSeconds <= 120)) throw new Error("--warm-up takes 1 to 120 seconds");
  return { ...values, warmUpSeconds, json: resolve(values.json) };
}

type Choice = { scenarios: Scenario[]; withPairs: boolean };

function choose({ only, quick }: Options): Choice {
  const all = listScenarios(quick);
  const names = [...all.map((each) => each.name), PAIRS];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`there is no scenario "${unknown}"; there are ${names.join(", ")}`);
  if (only.length === 0) return { scenarios: all, withPairs: true };
  return { scenarios: all.filter((scenario) => only.includes(scenario.name)), withPairs: only.includes(PAIRS) };
}

type Results = { scenarios: ScenarioResult[]; pairs: PairsResult | null };

/** Adds each scenario's result to `results` as it ends, so that what was measured before a failure is not lost. */
async function run(choice: Choice, options: Options, signal: AbortSignal, results: Results): Promise<void> {
  const { scenarios, withPairs } = choice;
  const { quick: isQuick, warmUpSeconds } = options;
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
      if (scenario.deployments !== undefined)
        await stage.addDeployments({ count: scenario.deployments, model: scenario.model });
      const keys = people === 1 && alone !== undefined ? [alone] : await stage.addPeople(crowd);
      results.scenarios.push(await runScenario(stage, scenario, { keys, signal, log, warmUpSeconds }));
    }
    // Last: what its clients leave in the database would be in the way of the others.
    if (withPairs && alone !== undefined) {
      results.pairs = { runs: [], checkedRequests: 0 };
      await runPairs(stage, { isQuick, key: alone, signal, log }, results.pairs);
    }
  } catch (error) {
    if (!signal.aborted) console.error(`The server's last words:\n${stage.output()}`);
    throw error;
  } finally {
    log("stopping");
    await stage.close();
  }
}

async function report(options: Options, { scenarios, pairs }: Results, isComplete: boolean): Promise<void> {
  const lines = scenarios.flatMap(({ scenario, rounds }) => summarise(scenario, rounds));
  if (lines.length > 0) console.log(markdownTable(lines));
  const pairLines = pairs === null ? [] : summarisePairs(pairs.runs);
  if (pairLines.length > 0) console.log(`\n${pairsTable(pairLines)}\n\n${pairsVerdict(pairLines)}`);
  if (isComplete) {
    const checked = scenarios.reduce((sum, each) => sum + each.checkedRequests, pairs?.checkedRequests ?? 0);
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
    pairs: pairs === null ? null : { lines: pairLines, ...pairs },
    scenarios: scenarios.map(({ scenario: { body, ...scenario }, rounds, checkedRequests }) => {
      return { ...scenario, bodyBytes: body.length, checkedRequests, rounds };
    }),
  };
  await mkdir(dirname(options.json), { recursive: true });
  await writeFile(options.json, `${JSON.stringify(contents, null, 2)}\n`);
  console.log(options.json);
}

async function main(): Promise<void> {
  const options = readOptions();
  const choice = choose(options);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  }
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LIMIT_MS)]);
  const results: Results = { scenarios: [], pairs: null };
  let isComplete = false;
  try {
    await run(choice, options, signal, results);
    isComplete = true;
  } finally {
    if (results.scenarios.length > 0 || results.pairs !== null) await report(options, results, isComplete);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof TypeError) console.error(USAGE);
  process.exitCode = 1;
}
