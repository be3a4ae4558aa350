import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import type { Tally } from "./tally.ts";

/** Where the tally of a vitest run goes. */
export const TALLY_FILE_ENV = "LYCEUM_TALLY_FILE";

/** A reporter for vitest: writes the run's tally, because its JSON leaves out why a test was skipped. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const file = process.env[TALLY_FILE_ENV];
    if (!file) throw new Error(`${TALLY_FILE_ENV} is not set`);
    writeFileSync(file, JSON.stringify(tallyOf(modules, errors.length)));
  }
}

/** The parts of vitest's results that count. */
type Module = {
  state(): string;
  children: { allTests(): Iterable<{ fullName: string; result(): { state: string; note?: string | undefined } }> };
};

/** Counts tests, errors outside of tests, and files that failed without a failing test (they did not load). */
export function tallyOf(modules: readonly Module[], errors: number): Tally {
  const tally: Tally = { passed: 0, failed: errors, skipped: [] };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state, note } = test.result();
      if (state === "passed") tally.passed++;
      else if (state === "skipped") tally.skipped.push(note ? `${test.fullName}: ${note}` : test.fullName);
      else failedHere++; // failed, or never finished
    }
    if (failedHere === 0 && module.state() === "failed") failedHere = 1;
    tally.failed += failedHere;
  }
  return tally;
}
