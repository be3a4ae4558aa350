import { parseArgs } from "node:util";
import { type Round, runCampaign } from "./src/chaos/campaign.ts";

const USAGE = `Usage: pnpm chaos [--rounds N] [--seed N] [--clients N]

  Starts a system under load and kills -9 a part of it N times in a row (100): the top process, a gateway worker, PostgreSQL's postmaster,
  all of PostgreSQL, everything. After each recovery the books must add up; at the end every request that the upstream saw must have exactly
  one usage record, and every answer that a client saw whole its right charge. Exit code 1 if anything differs.`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    clients: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});
const numbers = [values.rounds, values.seed, values.clients].map(Number);
const [rounds = 0, seed = 0, clients = 0] = numbers;
if (values.help || !numbers.every((value) => Number.isSafeInteger(value) && value >= 0) || rounds < 1 || clients < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const HEAD = ["round", "killed", "after ms", "back ms", "calls", "whole", "cut", "left", "refused", "torn", "verify"];
const startedAt = performance.now();
console.log(`seed ${seed}, ${clients} clients\n\n| ${HEAD.join(" | ")} |\n|${"---|".repeat(HEAD.length)}`);
const report = await runCampaign({ rounds, seed, clients, rich: 4, poor: 2, onRound: print, sweepAfterS: null });
console.log("");
for (const difference of report.differences) console.log(`! ${difference}`);
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
console.log(
  `${report.rounds} rounds, ${report.requests} requests (${report.sightings} seen upstream), ${report.differences.length} differences, ${minutes} minutes`,
);
process.exit(report.differences.length === 0 ? 0 : 1);

function print({ number, target, afterMs, backMs, calls, endings, differences }: Round): void {
  const { whole, cut, left, refused, torn } = endings;
  const verdict = differences.length === 0 ? "equal" : `${differences.length} differ`;
  console.log(`| ${[number, target, afterMs, backMs, calls, whole, cut, left, refused, torn, verdict].join(" | ")} |`);
  for (const difference of differences) console.log(`! ${difference}`);
}
