// `pnpm bench:queue`: whether a channel's queue is fair (one person with 500 calls at a time beside 20 with one every two seconds, on one server and
// on two), and what a limited channel costs. docs/performance.md says how to read the tables.
import { parseArgs } from "node:util";
import { type Cost, type Fairness, measureCost, measureFairness } from "./src/queue/fairness.ts";
import { OPEN_MODEL, openLimitedStage, ROOMY_MODEL, SERVICE_MS } from "./src/queue/limited-stage.ts";

const LIMIT_MS = 8 * 60_000;
/** How it is judged: one service time and a fifth. */
const MOST_WAIT_MS = SERVICE_MS * 1.2;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => stopped.abort(new Error(`stopped by ${name}`)));
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(LIMIT_MS)]);
  const limited = await openLimitedStage();
  try {
    const fair: Fairness[] = [];
    for (const servers of [1, 2]) {
      console.error(`fairness on ${servers} server(s)`);
      const rounds = values.quick ? 3 : 15;
      fair.push(await measureFairness(limited, limited.origins.slice(0, servers), { rounds, signal }));
      signal.throwIfAborted();
    }
    const [key = ""] = await limited.stage.addPeople({ prefix: "cost", count: 1, amountNanos: 10n ** 15n });
    const costs: Cost[] = [];
    for (let round = 0; round <= (values.quick ? 1 : 3); round++) {
      for (const model of [OPEN_MODEL, ROOMY_MODEL]) {
        signal.throwIfAborted();
        console.error(`cost, round ${round}, ${model}`);
        const cost = await measureCost(limited, model, { key, seconds: values.quick ? 2 : 4, signal });
        if (round > 0) costs.push(cost); // the first is the warm-up
      }
    }
    console.log(report(fair, costs));
    if (fair.some(({ p95 }) => p95 > MOST_WAIT_MS)) process.exitCode = 1;
  } finally {
    await limited.close();
  }
}

function report(fair: readonly Fairness[], costs: readonly Cost[]): string {
  const ms = (value: number) => value.toFixed(0);
  const lines = [
    `| servers | single calls | waited ms p50 | p95 (at most ${MOST_WAIT_MS}) | longest | calls of the greedy one | most slots held |`,
    "|---|---|---|---|---|---|---|",
    ...fair.map(
      (each) =>
        `| ${each.servers} | ${each.calls} | ${ms(each.p50)} | ${ms(each.p95)} | ${ms(each.most)} | ${each.greedyCalls} | ${each.mostRunning} |`,
    ),
    "",
    "| channel | gateway CPU ms | PostgreSQL CPU ms | requests/s |",
    "|---|---|---|---|",
    ...costs.map(({ model, gateway, database, perSecond }) => {
      const channel = model === OPEN_MODEL ? "without a limit" : "with a limit that is not reached";
      return `| ${channel} | ${gateway.toFixed(3)} | ${database.toFixed(3)} | ${ms(perSecond)} |`;
    }),
  ];
  return lines.join("\n");
}

await main();
