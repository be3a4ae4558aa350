import { endCommands } from "./check/command.ts";
import { STEPS, type Step } from "./check/steps.ts";
import { addUp, failure, summaryLine, type Tally } from "./check/tally.ts";

/** Runs one step and says how it went and how long it took. */
async function runStep(step: Step): Promise<Tally> {
  console.log(`\n── ${step.name}`);
  const startedAt = performance.now();
  const tally = await step.run().catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    console.log(text);
    return failure(text);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`── ${step.name}: ${summaryLine(tally)} (${seconds} s)`);
  return tally;
}

/** Runs the named steps (all of them without names), goes on after failures, and returns the exit code. */
async function main(names: string[]): Promise<number> {
  const known = STEPS.map((step) => step.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}". Steps: ${known.join(", ")}.`);
    return 2;
  }
  const wanted = STEPS.filter((step) => names.length === 0 || names.includes(step.name));
  const tallies: { step: Step; tally: Tally }[] = [];
  for (const step of wanted) tallies.push({ step, tally: await runStep(step) });
  const total = addUp(tallies.map(({ tally }) => tally));
  console.log("");
  for (const { step, tally } of tallies) {
    for (const reason of tally.skipped) console.log(`skipped in ${step.name}: ${reason}`);
    // Once more at the very end: of a long run often nothing but the end is kept.
    for (const text of tally.failed) console.log(`failed in ${step.name}: ${text}`);
  }
  console.log(summaryLine(total));
  return total.failed.length === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    endCommands();
    process.exit(130);
  });
}

process.exit(await main(process.argv.slice(2)));
