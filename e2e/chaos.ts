import { parseArgs } from "node:util";
import { type Round, runCampaign } from "./src/chaos/campaign.ts";
import { runOutage } from "./src/chaos/outage.ts";

const USAGE = `Usage: pnpm chaos [--rounds N | --outage SECONDS [--kill-server]] [--seed N] [--clients N]

  Starts a system under load and kills -9 a part of it N times in a row (100): the top process, a gateway worker, PostgreSQL's postmaster,
  all of PostgreSQL, everything. After each recovery the books must add up; at the end every request that the upstream saw must have exactly
  one usage record, and every answer that a client saw whole its right charge. Exit code 1 if anything differs.

  --outage stops PostgreSQL once for so long instead, with nobody there to restart it: calls are refused with 503 meanwhile, those that ran
  end in order, and nothing is lost. With --kill-server the server is killed before PostgreSQL is back.`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    outage: { type: "string", default: "0" },
    "kill-server": { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    clients: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});
const numbers = [values.rounds, values.seed, values.clients, values.outage].map(Number);
const [rounds = 0, seed = 0, clients = 0, seconds = 0] = numbers;
if (values.help || !numbers.every((value) => Number.isSafeInteger(value) && value >= 0) || rounds < 1 || clients < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

process.exit((seconds > 0 ? await outage() : await campaign()) === 0 ? 0 : 1);

/** Resolves to the number of differences. */
async function campaign(): Promise<number> {
  const startedAt = performance.now();
  const head = ["round", "killed", "after ms", "back ms", "calls", "whole", "cut", "left", "refused", "torn", "verify"];
  console.log(`seed ${seed}, ${clients} clients\n\n| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}`);
  const report = await runCampaign({ rounds, seed, clients, rich: 4, poor: 2, onRound: print, sweepAfterS: null });
  console.log("");
  for (const difference of report.differences) console.log(`! ${difference}`);
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.log(
    `${report.rounds} rounds, ${report.requests} requests (${report.sightings} seen upstream), ${report.differences.length} differences, ${minutes} minutes`,
  );
  return report.differences.length;
}

/** The same for one stop of PostgreSQL. */
async function outage(): Promise<number> {
  const report = await runOutage({ seconds, seed, clients, killServer: values["kill-server"], log: console.log });
  for (const difference of report.differences) console.log(`! ${difference}`);
  console.log(
    `${seconds} s without PostgreSQL, ${report.requests} requests: ${report.caught} ran when it stopped (${report.ended} ended well meanwhile), ${report.refused} refused meanwhile (the slowest after ${report.slowestRefusalMs} ms), answering again ${report.backMs} ms after its start, ${report.differences.length} differences`,
  );
  return report.differences.length;
}

function print({ number, target, afterMs, backMs, calls, endings, differences }: Round): void {
  const { whole, cut, left, refused, torn } = endings;
  const verdict = differences.length === 0 ? "equal" : `${differences.length} differ`;
  console.log(`| ${[number, target, afterMs, backMs, calls, whole, cut, left, refused, torn, verdict].join(" | ")} |`);
  for (const difference of differences) console.log(`! ${difference}`);
}
