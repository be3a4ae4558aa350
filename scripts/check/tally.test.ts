import { describe, expect, it } from "vitest";
import { readPlaywrightReport } from "./playwright-report.ts";
import { addUp, summaryLine, withExitCode } from "./tally.ts";
import { tallyOf } from "./vitest-tally.ts";

describe("the summary line", () => {
  it("adds up every step and names skips only when there are some", () => {
    const unit = { passed: 3, failed: [], skipped: [] };
    expect(summaryLine(addUp([unit, { passed: 1, failed: ["a", "b"], skipped: [] }]))).toBe("4 passed, 2 failed");
    expect(summaryLine(addUp([unit, { passed: 0, failed: [], skipped: ["x: no python"] }]))).toBe(
      "3 passed, 0 failed, 1 skipped",
    );
  });

  it("counts a program that fails although its tests passed", () => {
    const passed = { passed: 2, failed: [], skipped: [] };
    expect(withExitCode(passed, 1).failed).toEqual(["exit code 1, though no test failed"]);
    expect(withExitCode({ ...passed, failed: ["a test"] }, 1).failed).toEqual(["a test"]);
    expect(withExitCode(passed, 0).failed).toEqual([]);
  });
});

describe("tallyOf a vitest run", () => {
  it("counts tests, gives reasons for skips, and counts a file that did not load and an error outside tests", () => {
    const test = (state: string, fullName: string, more: object = {}) => ({
      fullName,
      result: () => ({ state, ...more }),
    });
    const module = (state: string, tests: ReturnType<typeof test>[]) => ({
      relativeModuleId: "a.test.ts",
      state: () => state,
      errors: () => [{ message: "it did not load" }],
      children: { allTests: () => tests },
    });
    const expected = { message: "\u001b[31mexpected 1\u001b[39m\nto be 2", diff: "- 2\n+ 1" };
    const modules = [
      module("failed", [
        test("passed", "p"),
        test("failed", "f", { errors: [expected] }),
        test("pending", "unfinished"),
      ]),
      module("passed", [test("skipped", "later", { note: "no GPU" }), test("passed", "q"), test("skipped", "todo")]),
      module("failed", []),
    ];
    expect(tallyOf(modules, [{ message: "unhandled" }])).toEqual({
      passed: 2,
      failed: [
        "a.test.ts › f\n    expected 1\n    to be 2\n    - 2\n    + 1",
        "a.test.ts › unfinished",
        "a.test.ts\n    it did not load",
        "outside of any test\n    unhandled",
      ],
      skipped: ["later: no GPU", "todo"],
    });
  });
});

describe("readPlaywrightReport", () => {
  it("counts nested tests, takes flaky ones and errors outside tests for failures, and gives reasons for skips", () => {
    const spec = (title: string, status: string, more: object = {}) => ({ title, tests: [{ status, ...more }] });
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
                spec("fits", "skipped", { annotations: [{ type: "skip", description: "no fonts" }] }),
                spec("opens", "unexpected", { results: [{ errors: [{ message: "Timed out\nwaiting" }] }] }),
              ],
            },
          ],
        },
      ],
    };
    expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
      passed: 1,
      failed: [
        "outside of any test\n    global setup failed",
        "sign-in.spec.ts › sometimes works (passed when tried again)",
        "sign-in.spec.ts › on a phone › opens\n    Timed out\n    waiting",
      ],
      skipped: ["sign-in.spec.ts › on a phone › fits: no fonts"],
    });
  });
});
