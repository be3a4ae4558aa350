import type { Message } from "./load/exchange.ts";
import { closedLoop } from "./load/loops.ts";
import { measure, type Run, type Traffic } from "./measure.ts";
import { inputTokensOf, outputTokensOf, type Scenario } from "./scenarios.ts";
import { findMismatches, readSums, verifyBooks } from "./stage/books.ts";
import { INPUT_NANOS, OUTPUT_NANOS, type Stage, TARGETS, type TargetName } from "./stage/stage.ts";

export type ScenarioResult = {
  readonly scenario: Scenario;
  readonly rounds: readonly (readonly Run[])[];
  /** Through the gateway, warm-up included: each with one usage record and the right charge. */
  readonly checkedRequests: number;
};

const PATH = "/v1/chat/completions";

/**
 * Runs a scenario round by round, the targets taking turns, so that all see the same machine. After each run of the gateway the books
 * are added up; anything but requests sent = usage records = charges throws. At the end the ledger is verified.
 */
export async function runScenario(
  stage: Stage,
  scenario: Scenario,
  options: { keys: readonly string[]; signal: AbortSignal; log: (line: string) => void; warmUpSeconds: number },
): Promise<ScenarioResult> {
  const { kind } = scenario.shape;
  // Held streams are measured on fresh processes, and there is none between client and upstream.
  const targets = TARGETS.filter((target) => !(kind === "held" && target === "direct"));
  const traffic: Traffic = { message: messages(scenario, options.keys), signal: options.signal };
  let checkedRequests = 0;
  const checked = async <Result extends { sent: number }>(target: TargetName, send: () => Promise<Result>) => {
    if (target !== "gateway") return send();
    const result = await withBooks(stage, scenario, send);
    checkedRequests += result.sent;
    return result;
  };

  // Where streams are watched only once all are open, opening them is the warm-up.
  if (kind === "closed" || kind === "open") {
    options.log(`${scenario.name}: warming up`);
    for (const target of targets)
      await checked(target, () => warmUp(stage, scenario, target, traffic, options.warmUpSeconds));
  }
  const rounds: Run[][] = [];
  for (let round = 1; round <= scenario.rounds; round++) {
    const runs: Run[] = [];
    for (const target of targets) {
      options.signal.throwIfAborted();
      options.log(`${scenario.name}: round ${round} of ${scenario.rounds}, ${target}`);
      runs.push(await checked(target, () => measure(stage, scenario, target, traffic)));
    }
    rounds.push(runs);
  }
  const { records } = await readSums(stage.databaseUrl, stage.upstreamUrl);
  await verifyBooks(stage.dataDir, records);
  return { scenario, rounds, checkedRequests };
}

/** The requests of a scenario, its keys taking turns from run to run. */
function messages(scenario: Scenario, keys: readonly string[]): (index: number) => Message {
  const { body } = scenario;
  const all = keys.slice(0, scenario.people).map((key): Message => {
    const headers = ["content-type", "application/json", "authorization", `Bearer ${key}`];
    return { path: PATH, headers, body };
  });
  let turn = 0;
  return () => {
    const message = all[turn++ % all.length];
    if (message === undefined) throw new Error("a scenario needs a key");
    return message;
  };
}

async function warmUp(stage: Stage, scenario: Scenario, target: TargetName, traffic: Traffic, warmUpSeconds: number) {
  const load = { ...traffic, origin: stage.originOf(target), isStream: scenario.isStream };
  // Every key once, so that none has to be looked up in the database while the clock runs; and long enough for V8 to have compiled what is
  // hot, which takes thousands of requests and counts as CPU time of the process.
  // What stands beside it has a third of its code to compile, and less.
  const seconds = target === "gateway" ? warmUpSeconds : warmUpSeconds / 3;
  const length = scenario.people > 1 && target === "gateway" ? { requests: scenario.people } : { seconds };
  const { tally, sent } = await closedLoop(load, { connections: 16, ...length });
  if (tally.failed > 0) throw new Error(`warming up, ${target}: ${tally.firstProblem}`);
  traffic.signal.throwIfAborted();
  return { sent };
}

/** Sends, and sees that the books moved by exactly what was sent. */
async function withBooks<Result extends { sent: number }>(
  stage: Stage,
  scenario: Scenario,
  send: () => Promise<Result>,
): Promise<Result> {
  const before = await readSums(stage.databaseUrl, stage.upstreamUrl);
  const result = await send();
  const after = await readSums(stage.databaseUrl, stage.upstreamUrl);
  const costOfOne = BigInt(inputTokensOf(scenario)) * INPUT_NANOS + BigInt(outputTokensOf(scenario)) * OUTPUT_NANOS;
  const mismatches = findMismatches(before, after, result.sent, costOfOne * BigInt(result.sent));
  if (mismatches.length > 0) throw new Error(`${scenario.name}: the books are wrong.\n${mismatches.join("\n")}`);
  return result;
}
