import type { Limits } from "./limits.ts";
import { costOf, noUsage, type Price } from "./prices.ts";

/** What a class is expected to do. Whole numbers, but for the share. */
export type ClassPlan = {
  readonly students: number;
  /** Of each student, in a week. */
  readonly callsAWeek: number;
  readonly weeks: number;
  /** Of one call. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How much of a week's calls fall into its busiest hour, 0 to 1; within the hour they are taken to come evenly. */
  readonly peakShare: number;
};

/** A model as the class would use it. */
export type PlannedModel = {
  readonly name: string;
  /** Null: it has none, and what it would cost is not known. */
  readonly price: Price | null;
  /** Of the group it would be used in. */
  readonly multiplierPpm: number;
  readonly limits: Pick<Limits, "rpmLimit" | "tpmLimit" | "parallelLimit">;
  /** Input and output together; null: not known. */
  readonly contextTokens: number | null;
  /** Requests that its channels take at the same time; null: as many as come. */
  readonly parallelLimit: number | null;
  /** How long a request was seen to take, on average; null: not known. */
  readonly secondsPerRequest: number | null;
};

export type ModelForecast = {
  readonly name: string;
  /** All three null where it has no price. */
  readonly callNanos: bigint | null;
  readonly studentNanos: bigint | null;
  readonly totalNanos: bigint | null;
  /** False: one call is longer than the model takes. */
  readonly fits: boolean;
  /** Requests at the same time in the busiest hour; null: not known how long one takes. */
  readonly parallel: number | null;
  /** holds, short: more than its channels take, and what is more waits in their queue; unknown: how long a request takes isn't. */
  readonly channels: "holds" | "short" | "unlimited" | "unknown";
};

/** Requests and tokens a minute in the busiest hour, of the class and of one student. */
export type Peak = {
  readonly rpm: number;
  readonly tpm: number;
  readonly studentRpm: number;
  readonly studentTpm: number;
};

/** Every call of the class over all weeks. */
export function planCalls({ students, callsAWeek, weeks }: ClassPlan): number {
  return students * callsAWeek * weeks;
}

/** The busiest hour, cut into even minutes. */
export function planPeak({ students, callsAWeek, inputTokens, outputTokens, peakShare }: ClassPlan): Peak {
  const tokens = inputTokens + outputTokens;
  const rpm = (students * callsAWeek * peakShare) / 60;
  const studentRpm = (callsAWeek * peakShare) / 60;
  return { rpm, tpm: rpm * tokens, studentRpm, studentTpm: studentRpm * tokens };
}

/** What the plan comes to with one model: money to the nano, as the calls would be charged one by one. */
export function forecast(plan: ClassPlan, model: PlannedModel): ModelForecast {
  const usage = { ...noUsage, input: plan.inputTokens, output: plan.outputTokens };
  const callNanos = model.price === null ? null : costOf(model.price, usage, model.multiplierPpm);
  const times = (calls: number) => (callNanos === null ? null : callNanos * BigInt(calls));
  // Little's law: what comes in a second times how long it stays.
  const parallel = model.secondsPerRequest === null ? null : (planPeak(plan).rpm * model.secondsPerRequest) / 60;
  return {
    name: model.name,
    callNanos,
    studentNanos: times(plan.callsAWeek * plan.weeks),
    totalNanos: times(planCalls(plan)),
    fits: model.contextTokens === null || plan.inputTokens + plan.outputTokens <= model.contextTokens,
    parallel,
    channels: channelsOf(model.parallelLimit, parallel),
  };
}

function channelsOf(limit: number | null, parallel: number | null): ModelForecast["channels"] {
  if (limit === null) return "unlimited";
  if (parallel === null) return "unknown";
  return parallel <= limit ? "holds" : "short";
}

/** The plan with every model, the cheapest first, those without a price last. */
export function compareModels(plan: ClassPlan, models: readonly PlannedModel[]): ModelForecast[] {
  return models
    .map((model) => forecast(plan, model))
    .sort((a, b) => {
      if (a.callNanos === b.callNanos) return a.name < b.name ? -1 : 1;
      if (a.callNanos === null) return 1;
      return b.callNanos === null || a.callNanos < b.callNanos ? -1 : 1;
    });
}

/** A limit of each student that the busiest hour would pass, with both numbers. */
export type PassedLimit = {
  readonly limit: "rpmLimit" | "tpmLimit";
  readonly allowed: number;
  readonly needed: number;
};

/** Which limits of each student the plan passes in its busiest hour. */
export function passedLimits(plan: ClassPlan, { limits }: PlannedModel): PassedLimit[] {
  const { studentRpm, studentTpm } = planPeak(plan);
  const passed: PassedLimit[] = [];
  if (limits.rpmLimit !== null && studentRpm > limits.rpmLimit) {
    passed.push({ limit: "rpmLimit", allowed: limits.rpmLimit, needed: studentRpm });
  }
  if (limits.tpmLimit !== null && studentTpm > limits.tpmLimit) {
    passed.push({ limit: "tpmLimit", allowed: limits.tpmLimit, needed: studentTpm });
  }
  return passed;
}

/** The range of each number of a plan; the share in percent. */
export const planRanges = {
  students: [1, 100_000],
  callsAWeek: [1, 10_000],
  weeks: [1, 60],
  inputTokens: [0, 10_000_000],
  outputTokens: [0, 10_000_000],
  peakPercent: [1, 100],
} as const satisfies Record<Exclude<keyof ClassPlan, "peakShare"> | "peakPercent", readonly [number, number]>;

export type PlanField = keyof typeof planRanges;

/** A tenth of a week in its busiest hour, the evening before homework is due: taken where nothing was measured. */
export const USUAL_PEAK_PERCENT = 10;

/** A whole number within its field's range; null for anything else. */
export function readPlanNumber(field: PlanField, text: string): number | null {
  const [least, most] = planRanges[field];
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}
