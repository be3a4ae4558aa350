import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type ClassPlan,
  compareModels,
  forecast,
  type PlannedModel,
  passedLimits,
  planPeak,
  readPlanNumber,
} from "./course-simulation.ts";
import { noLimits } from "./limits.ts";
import { costOf, noUsage, type Price } from "./prices.ts";

const tokens = {
  inputNanos: 2_000_000_000n,
  cachedInputNanos: null,
  cacheWriteNanos: null,
  outputNanos: 8_000_000_000n,
  reasoningNanos: null,
  imageNanos: null,
  audioNanos: null,
};
const price: Price = {
  ...{ id: "p", version: 1, requestNanos: 1_000n, ...tokens },
  tiers: [{ ...tokens, inputNanos: 4_000_000_000n, outputNanos: 16_000_000_000n, aboveTokens: 32_000 }],
};
const model: PlannedModel = {
  ...{ name: "m", price, multiplierPpm: 500_000, limits: noLimits, contextTokens: 64_000 },
  ...{ parallelLimit: 8, secondsPerRequest: 6 },
};
const plan: ClassPlan = {
  ...{ students: 200, callsAWeek: 12, weeks: 4, inputTokens: 1_500, outputTokens: 500, peakShare: 0.1 },
};

it("charges a class as its calls would be charged one by one", () => {
  // (1,500 × 2 + 500 × 8) / 1,000,000 = 0.007, and 0.000001 a request; half of it in this group.
  expect(forecast(plan, model)).toMatchObject({
    callNanos: 3_500_500n,
    studentNanos: 3_500_500n * 48n,
    totalNanos: 3_500_500n * 48n * 200n,
  });
});

it("prices long calls by the tier that they fall into", () => {
  const long = { ...plan, inputTokens: 32_001 };
  const short = { ...plan, inputTokens: 32_000 };
  const call = (of: ClassPlan) => forecast(of, { ...model, multiplierPpm: 1_000_000 }).callNanos;
  expect(call(short)).toBe(64_000_000n + 4_000_000n + 1_000n);
  expect(call(long)).toBe(128_004_000n + 8_000_000n + 1_000n);
});

it("takes a tenth of a week's calls into sixty even minutes, and what stays in a channel from how long a request takes", () => {
  // 2,400 calls a week, 240 in the busiest hour, 4 a minute.
  expect(planPeak(plan)).toMatchObject({ rpm: 4, tpm: 8_000 });
  expect(forecast(plan, model)).toMatchObject({ parallel: 0.4, channels: "holds", fits: true });
  expect(forecast(plan, { ...model, secondsPerRequest: 121 })).toMatchObject({ channels: "short" });
  expect(forecast(plan, { ...model, secondsPerRequest: 120 })).toMatchObject({ parallel: 8, channels: "holds" });
});

it("says what is not known instead of 0, and that a call is longer than the model takes", () => {
  const unknown = forecast(plan, { ...model, price: null, secondsPerRequest: null });
  expect(unknown).toMatchObject({ callNanos: null, studentNanos: null, totalNanos: null, parallel: null });
  expect(unknown.channels).toBe("unknown");
  expect(forecast(plan, { ...model, parallelLimit: null, secondsPerRequest: null }).channels).toBe("unlimited");
  expect(forecast({ ...plan, inputTokens: 63_501 }, model).fits).toBe(false);
  expect(forecast({ ...plan, inputTokens: 63_500 }, model).fits).toBe(true);
  expect(forecast({ ...plan, inputTokens: 63_501 }, { ...model, contextTokens: null }).fits).toBe(true);
});

it("names the limits of one student that the busiest hour passes", () => {
  const busy = { ...plan, callsAWeek: 1_200 }; // 2 a minute each
  const limits = { ...noLimits, rpmLimit: 1, tpmLimit: 4_000 };
  expect(passedLimits(busy, { ...model, limits })).toEqual([{ limit: "rpmLimit", allowed: 1, needed: 2 }]);
  expect(passedLimits(busy, { ...model, limits: { ...limits, rpmLimit: 2, tpmLimit: 3_999 } })).toEqual([
    { limit: "tpmLimit", allowed: 3_999, needed: 4_000 },
  ]);
  expect(passedLimits(busy, model)).toEqual([]);
});

const nanos = fc.bigInt({ min: 0n, max: 100_000_000_000n });
const anyPrice = fc.record({ inputNanos: nanos, outputNanos: nanos, requestNanos: nanos }).map((given) => ({
  ...{ ...tokens, id: "p", version: 1, tiers: [], ...given },
}));
const anyModel = fc
  .record({ name: fc.string(), price: fc.option(anyPrice), multiplierPpm: fc.integer({ min: 0, max: 10_000_000 }) })
  .map((given): PlannedModel => ({ ...model, ...given }));
const count = (max: number) => fc.integer({ min: 0, max });
const anyPlan = fc.record({
  ...{ students: count(10_000), callsAWeek: count(10_000), weeks: count(60) },
  ...{
    inputTokens: count(1_000_000),
    outputTokens: count(1_000_000),
    peakShare: fc.double({ min: 0, max: 1, noNaN: true }),
  },
});

it("comes for any class to the sum of what each single call is charged, students alike", () => {
  fc.assert(
    fc.property(anyPlan, anyModel, (given, of) => {
      const { callNanos, studentNanos, totalNanos } = forecast(given, of);
      if (of.price === null) {
        expect([callNanos, studentNanos, totalNanos]).toEqual([null, null, null]);
        return;
      }
      const one = costOf(
        of.price,
        { ...noUsage, input: given.inputTokens, output: given.outputTokens },
        of.multiplierPpm,
      );
      expect(callNanos).toBe(one);
      expect(totalNanos).toBe((studentNanos ?? 0n) * BigInt(given.students));
      expect(studentNanos).toBe(one * BigInt(given.callsAWeek) * BigInt(given.weeks));
    }),
  );
});

it("sorts any models by what they cost, with every model there once and those without a price last", () => {
  fc.assert(
    fc.property(anyPlan, fc.array(anyModel, { maxLength: 8 }), (given, models) => {
      const rows = compareModels(given, models);
      expect(rows.map((row) => row.name).sort()).toEqual(models.map((each) => each.name).sort());
      for (const [place, row] of rows.entries()) {
        const next = rows[place + 1];
        if (next === undefined) continue;
        if (row.callNanos === null) expect(next.callNanos).toBeNull();
        else if (next.callNanos !== null) expect(row.callNanos <= next.callNanos).toBe(true);
      }
    }),
  );
});

it("reads whole numbers within their range, and nothing else", () => {
  expect(readPlanNumber("students", " 200 ")).toBe(200);
  expect(readPlanNumber("inputTokens", "0")).toBe(0);
  for (const text of ["0", "-1", "1.5", "2e3", "", "100001", "200 people"]) {
    expect(readPlanNumber("students", text), text).toBeNull();
  }
  expect(readPlanNumber("peakPercent", "101")).toBeNull();
});
