import { failureText, type Tally } from "./tally.ts";

/** The part of Playwright's JSON report that is read here. */
type Suite = { title: string; suites?: Suite[]; specs?: Spec[] };
type Spec = { title: string; tests: Test[] };
type Test = { status: string; annotations?: { type: string; description?: string }[]; results?: Result[] };
type Result = { errors?: Failure[] };
type Failure = { message?: string };
type PlaywrightReport = { suites: Suite[]; errors?: Failure[] };

/** Counts the tests of a Playwright report. A flaky test is a failed one; so is an error outside of any test. */
export function readPlaywrightReport(json: string): Tally {
  const report = JSON.parse(json) as PlaywrightReport;
  const outside = (report.errors ?? []).map(({ message }) => failureText("outside of any test", [message]));
  const tally: Tally = { passed: 0, failed: outside, skipped: [] };
  for (const { name, status, reason, messages } of report.suites.flatMap((suite) => testsOf(suite, []))) {
    if (status === "expected") tally.passed++;
    else if (status === "skipped") tally.skipped.push(reason ? `${name}: ${reason}` : name);
    else tally.failed.push(failureText(status === "flaky" ? `${name} (passed when tried again)` : name, messages));
  }
  return tally;
}

type Seen = { name: string; status: string; reason: string | undefined; messages: (string | undefined)[] };

function testsOf(suite: Suite, above: string[]): Seen[] {
  const path = [...above, suite.title].filter(Boolean);
  const here = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => ({
      name: [...path, spec.title].join(" › "),
      status: test.status,
      reason: test.annotations?.find((annotation) => annotation.type === "skip")?.description,
      messages: (test.results ?? []).flatMap(({ errors }) => errors ?? []).map(({ message }) => message),
    })),
  );
  return [...here, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, path))];
}
