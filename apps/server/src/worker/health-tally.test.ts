import type { DeploymentReport } from "@lyceum/db/health-notes";
import type { HealthSign } from "@lyceum/domain";
import type { Observation } from "@lyceum/gateway";
import { expect, it } from "vitest";
import { HealthTally } from "./health-tally.ts";

const rules = { windowMs: 60_000, quietMs: 600_000 };

function scene() {
  let now = 1_000;
  const tally = new HealthTally(() => now);
  return {
    tally,
    wait(ms: number) {
      now += ms;
    },
    see(sign: HealthSign, times = 1, extra: Partial<Observation> = {}) {
      const route = { deployment: { id: "d" }, credential: { id: "c" } } as Observation["route"];
      const seen = {
        route,
        model: { id: "m", name: "m" },
        sign,
        error: sign === "passed" ? "" : sign,
        retryAfterMs: null,
      };
      for (let i = 0; i < times; i++) tally.note({ ...seen, ...extra }, rules);
    },
    told: (): Partial<DeploymentReport> | null => tally.take(rules)?.deployments[0] ?? null,
  };
}

it("says once that a deployment is well, and then nothing for a good while, however much passes", () => {
  const { see, told, wait } = scene();
  see("passed", 3);
  expect(told()).toEqual({ id: "d", passed: 3, failed: 0, lastFailed: 0, error: "", hard: null });
  for (let second = 0; second < 599; second++) {
    wait(1_000);
    see("passed", 100);
    expect(told()).toBeNull();
  }
  wait(1_000);
  see("request");
  expect(told()).toMatchObject({ failed: 0 });
});

it("tells with the first failure what passed in the window before it, and counts on until the window is over", () => {
  const { see, told, wait } = scene();
  see("passed");
  told();
  see("passed", 1_000);
  expect(told()).toBeNull();
  wait(90_000);
  see("passed", 40);
  wait(20_000);
  see("passed", 7);
  see("failure");
  expect(told()).toEqual({ id: "d", passed: 47, failed: 1, lastFailed: 1, error: "failure", hard: null });
  wait(59_000);
  see("passed", 5);
  expect(told()).toMatchObject({ passed: 5, failed: 0 });
  wait(1_001);
  see("passed", 5);
  expect(told()).toBeNull();
});

it("tells what passed here when another worker saw a failure", () => {
  const { tally, see, told, wait } = scene();
  see("passed");
  told();
  see("passed", 9);
  expect(told()).toBeNull();
  tally.watch(new Map([["d", 30_000]]));
  expect(told()).toMatchObject({ passed: 9 });
  see("passed");
  expect(told()).toMatchObject({ passed: 1 });
  wait(30_000);
  see("passed");
  expect(told()).toBeNull();
});

it("tells how many failed with none passing behind them", () => {
  const { see, told } = scene();
  see("failure", 2);
  see("passed");
  see("failure", 3);
  expect(told()).toMatchObject({ passed: 1, failed: 5, lastFailed: 3 });
  see("failure");
  expect(told()).toMatchObject({ passed: 0, failed: 1, lastFailed: 1 });
});

it("tells of a refusal that takes a deployment out at once, with its words", () => {
  const { see, told } = scene();
  see("failure");
  see("denied");
  see("failure", 2);
  expect(told()).toMatchObject({ failed: 4, hard: "denied" });
  expect(told()).toBeNull();
});

it("tells of a credential the worst and the longest", () => {
  const { tally, see } = scene();
  see("rate", 1, { retryAfterMs: 9_000 });
  see("rate", 1, { retryAfterMs: 2_000 });
  expect(tally.take(rules)).toEqual({
    deployments: [],
    credentials: [{ id: "c", sign: "rate", error: "rate", retryAfterMs: 9_000 }],
  });
  see("quota");
  see("rate");
  expect(tally.take(rules)?.credentials).toMatchObject([{ sign: "quota" }]);
  expect(tally.take(rules)).toBeNull();
});

it("keeps what could not be told, and of failures that are long past only what stays true", () => {
  const { tally, see, told, wait } = scene();
  see("passed", 2);
  see("failure", 3);
  see("refused");
  const report = tally.take(rules);
  expect(report).not.toBeNull();
  if (report === null) return;
  tally.giveBack(report);
  see("failure");
  expect(tally.take(rules)).toEqual({
    deployments: [{ id: "d", passed: 2, failed: 4, lastFailed: 4, error: "failure", hard: null }],
    credentials: report.credentials,
  });
  tally.giveBack(report);
  wait(61_000);
  expect(told()).toBeNull();
  see("model-missing");
  const missing = tally.take(rules);
  if (missing !== null) tally.giveBack(missing);
  wait(61_000);
  expect(told()).toMatchObject({ failed: 1, hard: "model-missing" });
});

it("doubts what fails for one person alone while others are answered, until somebody else's request fails too", () => {
  const { see, told, wait } = scene();
  see("passed", 3, { userId: "b" });
  told();
  see("failure", 100, { userId: "a" });
  expect(told()).toBeNull();
  see("passed", 1, { userId: "c" });
  see("failure", 4, { userId: "a" });
  expect(told()).toBeNull();
  see("failure", 1, { userId: "b" });
  expect(told()).toMatchObject({ failed: 105, lastFailed: 5, error: "failure" });
  // From then on all of them count.
  see("failure", 2, { userId: "a" });
  expect(told()).toMatchObject({ failed: 2, lastFailed: 2 });
  wait(61_000);
  // Nobody else is answered: there is nobody to be right.
  see("failure", 5, { userId: "a" });
  expect(told()).toMatchObject({ failed: 5, lastFailed: 5 });
});

it("believes a sign that no request can bring about, and forgets doubts with the window", () => {
  const { see, told } = scene();
  see("passed", 1, { userId: "b" });
  told();
  see("failure", 9, { userId: "a" });
  see("denied", 1, { userId: "a" });
  expect(told()).toMatchObject({ hard: "denied" });
  const later = scene();
  later.see("passed", 1, { userId: "b" });
  later.told();
  later.see("failure", 9, { userId: "a" });
  later.wait(61_000);
  later.see("failure", 1, { userId: "b" });
  expect(later.told()).toMatchObject({ failed: 1, lastFailed: 1 });
});
