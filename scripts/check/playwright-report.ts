import type { Tally } from "./tally.ts";

/** The part of Playwright's JSON report that is read here. */
type Suite = { title: string; suites?: Suite[]; specs?: Spec[] };
type Spec = { title: string; tests: { status: string; annotations?: { type: string; description?: string }[] }[] };
type PlaywrightReport = { suites: Suite[]; errors?: unknown[] };

/** Counts the tests of a Playwright report. A flaky test is a failed one; so is an error outside of any test. */
export function readPlaywrightReport(json: string): Tally {
  const report = JSON.parse(json) as PlaywrightReport;
  const tally: Tally = { passed: 0, failed: report.errors?.length ?? 0, skipped: [] };
  for (const { name, status, reason } of report.suites.flatMap((suite) => testsOf(suite, []))) {
    if (status === "expected") tally.passed++;
    else if (status === "skipped") tally.skipped.push(reason ? `${name}: ${reason}` : name);
    else tally.failed++;
  }
  return tally;
}

function testsOf(suite: Suite, above: string[]): { name: string; status: string; reason: string | undefined }[] {
  const path = [...above, suite.title].filter(Boolean);
  const here = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => ({
      name: [...path, spec.title].join(" › "),
      status: test.status,
      reason: test.annotations?.find((annotation) => annotation.type === "skip")?.description,
    })),
  );
  return [...here, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, path))];
}
