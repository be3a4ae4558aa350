import { stripVTControlCharacters } from "node:util";

/** How much of a message is repeated at the end: the whole of it stands where the test ran. */
const FAILURE_LINES = 12;

/** What a step of the check found: how many passed, and one text each for what failed or was skipped: which, and why. */
export type Tally = { passed: number; failed: string[]; skipped: string[] };

export const PASSED: Tally = { passed: 1, failed: [], skipped: [] };

/** The tally of one failure. */
export function failure(what: string): Tally {
  return { passed: 0, failed: [what], skipped: [] };
}

/** All tallies as one. */
export function addUp(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.flatMap((tally) => tally.failed),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}

/** The last line of the check, which machines read too. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  return `${passed} passed, ${failed.length} failed${rest}`;
}

/** A step whose program fails although each test it reports passed (a crash, an unhandled error) has failed. */
export function withExitCode(tally: Tally, code: number): Tally {
  if (code === 0 || tally.failed.length > 0) return tally;
  return { ...tally, failed: [`exit code ${code}, though no test failed`] };
}

/** A failure as the end of the check shows it: the test and the first lines of what it said, without colours. */
export function failureText(name: string, messages: readonly (string | undefined)[]): string {
  const lines = messages
    .map((message) => stripVTControlCharacters(message ?? "").trim())
    .filter((message) => message !== "")
    .flatMap((message) => message.split("\n").slice(0, FAILURE_LINES));
  return [name, ...lines.map((line) => `    ${line}`)].join("\n");
}
