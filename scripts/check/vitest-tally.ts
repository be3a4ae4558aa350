import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import { failureText, type Tally } from "./tally.ts";

/** Where the tally of a vitest run goes. */
export const TALLY_FILE_ENV = "LYCEUM_TALLY_FILE";

/** A reporter for vitest: writes the run's tally, because its JSON leaves out why a test was skipped. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly Failure[]): void {
    const file = process.env[TALLY_FILE_ENV];
    if (!file) throw new Error(`${TALLY_FILE_ENV} is not set`);
    writeFileSync(file, JSON.stringify(tallyOf(modules, errors)));
  }
}

/** The parts of vitest's results that count. */
type Failure = { message: string; diff?: string | undefined };
type Result = { state: string; note?: string | undefined; errors?: readonly Failure[] | undefined };
type Module = {
  relativeModuleId: string;
  state(): string;
  errors(): readonly Failure[];
  children: { allTests(): Iterable<{ fullName: string; result(): Result }> };
};

/** Counts tests, errors outside of tests, and files that failed without a failing test (they did not load). */
export function tallyOf(modules: readonly Module[], errors: readonly Failure[]): Tally {
  const tally: Tally = { passed: 0, failed: [], skipped: [] };
  const fail = (name: string, failures: readonly Failure[]) =>
    tally.failed.push(
      failureText(
        name,
        failures.flatMap(({ message, diff }) => [message, diff]),
      ),
    );
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state, note, errors: failures } = test.result();
      if (state === "passed") tally.passed++;
      else if (state === "skipped") tally.skipped.push(note ? `${test.fullName}: ${note}` : test.fullName);
      else {
        failedHere++; // failed, or never finished
        fail(`${module.relativeModuleId} › ${test.fullName}`, failures ?? []);
      }
    }
    if (failedHere === 0 && module.state() === "failed") fail(module.relativeModuleId, module.errors());
  }
  for (const error of errors) fail("outside of any test", [error]);
  return tally;
}
