import { expect, test } from "@playwright/test";
import { runNight } from "../src/night/night.ts";
import { hadHealthy, MORNING, nightModels } from "../src/night/script.ts";

test("the script of the night leaves every model but two a healthy deployment at every moment", () => {
  const lost = nightModels.flatMap((model) =>
    Array.from({ length: MORNING * 2 }, (_, index) => index / 2).flatMap((at) =>
      hadHealthy(model, at, at + 0.4, 0) ? [] : [model],
    ),
  );
  expect(lost.filter((model) => model === "night-4")).toHaveLength((MORNING - 6) * 2);
  expect(lost.filter((model) => model === "night-5")).toHaveLength((12 - 10) * 2);
  expect(lost).toHaveLength((MORNING - 6) * 2 + (12 - 10) * 2);
  expect(hadHealthy("night-4", MORNING + 1, MORNING + 2, 3)).toBe(false);
  expect(hadHealthy("night-4", MORNING + 3, MORNING + 4, 3)).toBe(true);
});

test("a night of failures of every kind under load: a call fails only where no deployment was healthy, and by morning all is back (`pnpm night` takes longer)", async () => {
  test.setTimeout(600_000);
  const report = await runNight({ unitSeconds: 1, users: 30, log: () => undefined });
  expect(report.avoidable).toEqual([]);
  expect(report.calls.filter(({ isGood }) => isGood).length).toBeGreaterThan(200);
  expect(report.unavoidable).toBeGreaterThan(0);
  expect(report.differences).toEqual([]);
  expect(report.backSeconds).not.toBeNull();

  // What the breaker did, in the order in which things broke.
  const told = report.events.map(({ kind, model, channel, cause }) => [kind, model, channel, cause].join(" ").trim());
  for (const expected of [
    "deployment-opened night-1 alpha failures",
    "deployment-opened night-2 alpha model-missing",
    "deployment-opened night-3 alpha failures",
    "deployment-opened night-4 alpha denied",
    "deployment-opened night-4 beta failures",
  ])
    expect(told).toContain(expected);
  const kinds = (kind: string) => report.events.filter((event) => event.kind === kind);
  expect(kinds("model-lost").map(({ model }) => model)).toContain("night-4");
  // A credential that has to wait for seconds takes nobody's model away.
  expect(kinds("model-lost").every(({ model }) => model === "night-4")).toBe(true);
  expect(kinds("model-back").map(({ model }) => model)).toContain("night-4");
  expect(kinds("credential-refused").map(({ channel }) => channel)).toContain("alpha");
  expect(kinds("credential-cooling").map(({ channel }) => channel)).toContain("alpha");
  expect(report.events.filter(({ model }) => model === "night-6")).toEqual([]);
  expect(report.events.filter(({ channel }) => channel === "gamma")).toEqual([]);
  for (const { kind, isOfNight } of report.events) {
    if (kind === "deployment-closed") expect(isOfNight).toBe(false);
    if (kind === "deployment-opened") expect(isOfNight).toBe(true);
  }

  // What an administrator reads in the morning: each thing that broke once, over, with who was affected, and nothing of what is secret.
  const note = (what: string) => report.note.filter((line) => line.what === what);
  for (const [what, cause] of [
    ["night-1 @ alpha", "failures"],
    ["night-2 @ alpha", "model-missing"],
    ["night-3 @ alpha", "failures"],
    ["night-4 @ alpha", "denied"],
    ["night-4 @ beta", "failures"],
  ] as const)
    expect(note(what), what).toMatchObject([{ cause, isOver: true }]);
  expect(note("credential of alpha")).toHaveLength(2);
  const loss = report.note.filter(({ lost }) => lost.length > 0);
  expect(loss.map(({ lost }) => lost)).toEqual([["night-4"]]);
  expect(loss[0]?.affectedUsers).toBeGreaterThan(0);
  for (const { errors } of report.note) expect(errors).not.toMatch(/sk-|127\.0\.0\.1|localhost/);

  // A lost model is gone from every worker's list, and its callers are told what else there is.
  expect(report.listedWhileLost.length).toBeGreaterThan(5);
  for (const names of report.listedWhileLost) expect(names).not.toContain("night-4");
  expect(report.lostAnswer.status).toBe(503);
  expect(report.lostAnswer.text).toMatch(/model_paused.*night-\d|night-\d.*model_paused/s);

  // Nobody but the house pays for the probes, and they cost next to nothing.
  expect(report.probes.byStudents).toBe(0);
  expect(report.probes.records).toBeGreaterThan(0);
  expect(report.probes.records).toBeLessThan(150);
  expect(report.probes.costNanos).toBeLessThan(500_000_000n);
});
