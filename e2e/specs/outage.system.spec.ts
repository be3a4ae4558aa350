import { expect, test } from "@playwright/test";
import { runOutage } from "../src/chaos/outage.ts";

// Each has a database and a system of its own, and waits for most of its time.
test.describe.configure({ mode: "parallel" });

test("PostgreSQL stopped for 5 s under load: refused meanwhile, nothing lost, no restart (`pnpm chaos --outage 20` takes longer)", async () => {
  test.setTimeout(480_000);
  const report = await runOutage({ seconds: 5, seed: 1, clients: 12, killServer: false, log: () => undefined });
  expect(report.differences).toEqual([]);
  // It was a test: calls ran when it stopped, and others came while it was away.
  expect(report.caught).toBeGreaterThan(0);
  expect(report.refused).toBeGreaterThan(10);
});

test("PostgreSQL stopped, then the server killed: answers that clients saw whole meanwhile are in the books all the same", async () => {
  test.setTimeout(480_000);
  const report = await runOutage({ seconds: 4, seed: 2, clients: 12, killServer: true, log: () => undefined });
  expect(report.differences).toEqual([]);
  expect(report.ended).toBeGreaterThan(0);
});
