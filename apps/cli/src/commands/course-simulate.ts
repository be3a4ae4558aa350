import { getCoursePlanning, getSettings } from "@lyceum/db";
import {
  type ClassPlan,
  compareModels,
  formatAmount,
  type ModelForecast,
  type PlanField,
  passedLimits,
  planCalls,
  planPeak,
  planRanges,
  readPlanNumber,
  USUAL_PEAK_PERCENT,
} from "@lyceum/domain";
import { type Command, UsageError, type Values } from "../command.ts";

const options = {
  students: "students",
  calls: "callsAWeek",
  weeks: "weeks",
  input: "inputTokens",
  output: "outputTokens",
  "peak-percent": "peakPercent",
} as const satisfies Record<string, PlanField>;

export const courseSimulate: Command = {
  name: "course simulate",
  summary:
    "What a class would cost with each model open to a course, the cheapest first, and what holds of pool, limits and channels.",
  needs: "see",
  options: {
    code: { value: "CODE", help: "the course's code", required: true },
    students: { value: "N", help: "how many; those of the course if left out" },
    calls: { value: "N", help: "requests of each in a week", required: true },
    weeks: { value: "N", help: "how long; to the end of the term if left out" },
    input: { value: "TOKENS", help: "input tokens of a request", required: true },
    output: { value: "TOKENS", help: "output tokens of a request", required: true },
    "peak-percent": {
      value: "N",
      help: `how much of a week's requests falls into its busiest hour; ${USUAL_PEAK_PERCENT} if left out`,
    },
    model: { value: "NAME", help: "only this one" },
  },
  async run(values, { db, actor, course }) {
    const { currency } = await getSettings(db);
    const planning = await getCoursePlanning(db, actor, course.id, new Date());
    const plan = readPlan(values, planning);
    const only = values.optional("model");
    const models = planning.models.filter((model) => only === undefined || model.name === only);
    if (only !== undefined && models.length === 0)
      throw new UsageError(`The model ${only} is not open to ${course.code}.`);
    const hasNanos = planning.availableNanos + planning.leftNanos;
    const rows = compareModels(plan, models).map((row) => {
      const model = models.find((each) => each.name === row.name);
      return describe(row, hasNanos, model === undefined ? [] : passedLimits(plan, model).map((each) => each.limit));
    });
    const { rpm } = planPeak(plan);
    const has = { available: formatAmount(planning.availableNanos), withStudents: formatAmount(planning.leftNanos) };
    const lines = [
      `${planCalls(plan)} requests, at most ${rpm.toFixed(1)} a minute; ${course.code} can give ${has.available} ${currency}, its students have ${has.withStudents}.`,
      ...rows.map(
        (row) =>
          `${row.model}  ${row.total ?? "no price"}  ${row.eachStudent ?? "–"} each  ${row.lacks === null ? "" : row.lacks === "0" ? "the money holds, " : `${row.lacks} too little, `}channels: ${row.channels}` +
          `${row.fits ? "" : ", a request is too long"}${row.passedLimits.length === 0 ? "" : `, above ${row.passedLimits.join(" and ")}`}`,
      ),
    ];
    return {
      lines,
      json: { code: course.code, plan, calls: planCalls(plan), peakRpm: rpm, ...has, models: rows, currency },
    };
  },
};

function readPlan(values: Values, { students, weeksLeft }: { students: number; weeksLeft: number }): ClassPlan {
  const read = (option: keyof typeof options, otherwise: number) => {
    const text = values.optional(option);
    if (text === undefined) return otherwise;
    const [field, value] = [options[option], readPlanNumber(options[option], text)];
    if (value !== null) return value;
    throw new UsageError(`--${option} takes a whole number from ${planRanges[field][0]} to ${planRanges[field][1]}.`);
  };
  return {
    students: read("students", Math.max(1, students)),
    callsAWeek: read("calls", 1),
    weeks: read("weeks", Math.min(weeksLeft, planRanges.weeks[1])),
    inputTokens: read("input", 0),
    outputTokens: read("output", 0),
    peakShare: read("peak-percent", USUAL_PEAK_PERCENT) / 100,
  };
}

/** A row for people and machines; `lacks`: what the course has too little, 0 if it holds. */
function describe(row: ModelForecast, hasNanos: bigint, passed: readonly string[]) {
  const amount = (nanos: bigint | null) => (nanos === null ? null : formatAmount(nanos));
  const lacks = row.totalNanos === null ? null : row.totalNanos > hasNanos ? row.totalNanos - hasNanos : 0n;
  return {
    ...{
      model: row.name,
      total: amount(row.totalNanos),
      eachStudent: amount(row.studentNanos),
      each: amount(row.callNanos),
    },
    ...{ lacks: amount(lacks), fits: row.fits, channels: row.channels, parallel: row.parallel, passedLimits: passed },
  };
}
