/** What a step of the check found. `skipped` holds one line for each test that was skipped: which, and why. */
export type Tally = { passed: number; failed: number; skipped: string[] };

export const PASSED: Tally = { passed: 1, failed: 0, skipped: [] };
export const FAILED: Tally = { passed: 0, failed: 1, skipped: [] };

/** All tallies as one. */
export function addUp(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}

/** The last line of the check, which machines read too. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  return `${passed} passed, ${failed} failed${rest}`;
}

/** A step whose program fails although each test it reports passed (a crash, an unhandled error) has failed. */
export function withExitCode(tally: Tally, code: number): Tally {
  if (code === 0 || tally.failed > 0) return tally;
  return { ...tally, failed: 1 };
}
