import { parseArgs } from "node:util";
import { StartupError } from "@lyceum/db/startup-error";
import { parseSettings } from "./env.ts";
import { forMachines, forPeople } from "./supervisor/announcement.ts";
import { createReport } from "./supervisor/report.ts";
import { startSystem } from "./supervisor/start-system.ts";
import { listenForStop, untilAborted } from "./supervisor/stop-signals.ts";

const USAGE = `Usage: npm start -- [--json] [--no-console] [--demo]

  --json        print one line for machines once everything runs
  --no-console  only the gateway
  --demo        with a scripted upstream, 30 students and two weeks of use (npm run demo)`;

function readOptions(): { json: boolean; withConsole: boolean; demo: boolean } {
  try {
    const { values } = parseArgs({
      options: { json: { type: "boolean" }, "no-console": { type: "boolean" }, demo: { type: "boolean" } },
    });
    return { json: values.json ?? false, withConsole: !values["no-console"], demo: values.demo ?? false };
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** Starts the system, keeps it up until somebody asks it to stop, and resolves when every part has ended. */
async function main(): Promise<void> {
  const stops = listenForStop();
  const { json, withConsole, demo } = readOptions();
  const settings = parseSettings(process.env, demo);
  const report = createReport(json);
  const startedAt = performance.now();
  const system = await startSystem({ settings, withConsole, demo, report, stops });
  if (json) process.stdout.write(`${JSON.stringify(forMachines(system, settings))}\n`);
  else process.stdout.write(forPeople(system, settings, performance.now() - startedAt));
  await untilAborted(stops.stop);
  report.step("Stopping: open answers may end first");
  await system.stop();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  // A stop asked for while starting: every part that had started has ended.
  if (error instanceof Error && error.name === "AbortError") {
    console.error("Stopped before it was ready.");
    process.exit(0);
  }
  // Both an error and what went wrong while clearing up after it arrive as one.
  const reason = error instanceof SuppressedError ? error.suppressed : error;
  console.error(reason instanceof StartupError ? reason.message : reason);
  process.exit(1);
}
