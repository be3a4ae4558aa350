import { expect, test } from "@playwright/test";
import { type Round, runCampaign } from "../src/chaos/campaign.ts";

test("kill -9 of worker, PostgreSQL, top process and everything under load: the books stay exact (`pnpm chaos` does it 100 times)", async () => {
  test.setTimeout(480_000); // a hundred seconds on a machine that does nothing else
  const rounds: Round[] = [];
  const report = await runCampaign({
    rounds: ["worker", "postgres", "server", "everything"],
    seed: 1,
    clients: 12,
    rich: 2,
    poor: 1,
    // The system's own sweeper waits for a minute.
    sweepAfterS: 12,
    onRound: (round) => void rounds.push(round),
  });
  expect(report.differences).toEqual([]);
  // It was a test: answers arrived, and others were torn or refused.
  const sum = (ending: keyof Round["endings"]) => rounds.reduce((total, round) => total + round.endings[ending], 0);
  expect(sum("whole")).toBeGreaterThan(50);
  expect(sum("torn")).toBeGreaterThan(0);
  expect(sum("refused")).toBeGreaterThan(0);
  expect(report.sightings).toBeGreaterThan(50);
});
