import { describe, expect, it } from "vitest";
import { readPlaywrightReport } from "./playwright-report.ts";
import { addUp, summaryLine, withExitCode } from "./tally.ts";
import { tallyOf } from "./vitest-tally.ts";

describe("the summary line", () => {
  it("adds up every step and names skips only when there are some", () => {
    const unit = { passed: 3, failed: 0, skipped: [] };
    expect(summaryLine(addUp([unit, { passed: 1, failed: 2, skipped: [] }]))).toBe("4 passed, 2 failed");
    expect(summaryLine(addUp([unit, { passed: 0, failed: 0, skipped: ["x: no python"] }]))).toBe(
      "3 passed, 0 failed, 1 skipped",
    );
  });

  it("counts a program that fails although its tests passed", () => {
    expect(withExitCode({ passed: 2, failed: 0, skipped: [] }, 1).failed).toBe(1);
    expect(withExitCode({ passed: 2, failed: 3, skipped: [] }, 1).failed).toBe(3);
    expect(withExitCode({ passed: 2, failed: 0, skipped: [] }, 0).failed).toBe(0);
  });
});

describe("tallyOf a vitest run", () => {
  it("counts tests, gives reasons for skips, and counts a file that did not load and an error outside tests", () => {
    const test = (state: string, fullName: string, note?: string) => ({ fullName, result: () => ({ state, note }) });
    const module = (state: string, tests: ReturnType<typeof test>[]) => ({
      state: () => state,
      children: { allTests: () => tests },
    });
    const modules = [
      module("failed", [test("passed", "p"), test("failed", "f"), test("pending", "never finished")]),
      module("passed", [test("skipped", "later", "no GPU"), test("passed", "q"), test("skipped", "todo")]),
      module("failed", []),
    ];
    expect(tallyOf(modules, 1)).toEqual({ passed: 2, failed: 4, skipped: ["later: no GPU", "todo"] });
  });
});

describe("readPlaywrightReport", () => {
  it("counts nested tests, takes flaky ones and errors outside tests for failures, and gives reasons for skips", () => {
    const spec = (title: string, status: string, annotations: object[] = []) => ({
      title,
      tests: [{ status, annotations }],
    });
    const report = {
      errors: [{ message: "global setup failed" }],
      suites: [
        {
          title: "sign-in.spec.ts",
          specs: [spec("works", "expected"), spec("sometimes works", "flaky")],
          suites: [
            {
              title: "on a phone",
              specs: [
                spec("fits", "skipped", [{ type: "skip", description: "no fonts" }]),
                spec("opens", "unexpected"),
              ],
            },
          ],
        },
      ],
    };
    expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
      passed: 1,
      failed: 3,
      skipped: ["sign-in.spec.ts › on a phone › fits: no fonts"],
    });
  });
});
