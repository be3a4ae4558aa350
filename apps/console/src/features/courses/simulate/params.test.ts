import type { CoursePlanning } from "@lyceum/db";
import { noLimits } from "@lyceum/domain";
import { expect, it } from "vitest";
import { planOf, proposedPlan, readSimulation, simulationHref } from "./params.ts";

const model = {
  ...{ price: null, multiplierPpm: 1_000_000, limits: noLimits, contextTokens: null, parallelLimit: null },
  ...{ secondsPerRequest: null, groupId: "g", groupName: "g", isLocal: false },
};
const planning: CoursePlanning = {
  models: [
    { ...model, name: "a" },
    { ...model, name: "b" },
  ],
  students: 200,
  weeksLeft: 7,
  habit: {
    ...{
      people: 150,
      requests: 9_000,
      callsAWeek: 15,
      inputTokens: 2_000,
      outputTokens: 300,
      peakShare: 0.3,
      model: "b",
    },
  },
  availableNanos: 0n,
  leftNanos: 0n,
};

it("begins with what the course did, and without any use with a usual class", () => {
  expect(proposedPlan(planning)).toEqual({
    ...{ students: 200, callsAWeek: 15, weeks: 7, inputTokens: 2_000, outputTokens: 300, peakPercent: 10 },
  });
  const fresh = { ...planning, habit: null, students: 0 };
  expect(proposedPlan(fresh)).toMatchObject({ students: 1, callsAWeek: 12, inputTokens: 1_500, outputTokens: 500 });
  expect(readSimulation({}, planning).model).toBe("b");
  expect(readSimulation({}, fresh).model).toBe("a");
});

it("takes numbers from the address, and names those that make no sense", () => {
  const view = readSimulation({ students: "30", weeks: "many", peakPercent: "20", model: "zzz" }, planning);
  expect(view).toMatchObject({ model: "b", wrong: ["weeks"], numbers: { students: 30, weeks: 7, peakPercent: 20 } });
  expect(planOf(view.numbers)).toMatchObject({ students: 30, peakShare: 0.2 });
  const shared = new URL(simulationHref("c", view, "a"), "http://x");
  expect(readSimulation(Object.fromEntries(shared.searchParams), planning)).toEqual({ ...view, model: "a", wrong: [] });
});
