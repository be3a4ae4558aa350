import { parseArgs } from "node:util";
import { runNight } from "./src/night/night.ts";

const USAGE = `Usage: pnpm night [--unit SECONDS] [--users N]

  Starts a system with three channels and six models, lets failures of every kind come and go while users ask, and says whose calls failed although
  there was a deployment that worked, what the breaker did, and what the probes cost. A unit of the script (14 of them until all works again) is so
  many seconds (5). Exit code 1 if a call failed that need not have, or the books differ.`;

const { values } = parseArgs({
  options: {
    unit: { type: "string", default: "5" },
    users: { type: "string", default: "30" },
    help: { type: "boolean", default: false },
  },
});
const [unitSeconds = 0, users = 0] = [values.unit, values.users].map(Number);
if (values.help || !(unitSeconds >= 0.5 && unitSeconds <= 600) || !Number.isInteger(users) || users < 1) {
  console.error(USAGE);
  process.exit(values.help ? 0 : 2);
}

const report = await runNight({ unitSeconds, users, log: (line) => console.log(line) });
console.log("");
for (const { atSeconds, kind, model, channel, cause } of report.events)
  console.log(
    `${atSeconds.toFixed(2).padStart(7)}  ${kind} ${[model, channel].filter((text) => text !== "").join(" @ ")} ${cause}`,
  );
console.log("\nThe morning note:");
for (const { what, cause, isOver, lost, affectedUsers, errors } of report.note)
  console.log(
    `  ${what}: ${cause}, ${isOver ? "over" : "still out"}${lost.length > 0 ? `, lost ${lost.join(", ")} for ${affectedUsers} people` : ""} (${errors})`,
  );
console.log("");
for (const text of report.avoidable) console.log(`! ${text}`);
for (const difference of report.differences) console.log(`! ${JSON.stringify(difference)}`);
const { calls, unavoidable, avoidable, probes, backSeconds } = report;
console.log(
  `${calls.length} calls, ${unavoidable} failed where nothing worked, ${avoidable.length} though something did; ${probes.records} probes for ${probes.costNanos} nanos; all back ${backSeconds} s after morning.`,
);
process.exit(avoidable.length + report.differences.length === 0 && backSeconds !== null ? 0 : 1);
