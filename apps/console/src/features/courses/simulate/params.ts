import type { CoursePlanning } from "@lyceum/db";
import { type ClassPlan, type PlanField, planRanges, readPlanNumber, USUAL_PEAK_PERCENT } from "@lyceum/domain";
import type { SearchParams } from "../filter.ts";

/** The numbers of a plan as its form has them, and the model that stands in front. */
export type PlanNumbers = Record<PlanField, number>;

export interface SimulateView {
  numbers: PlanNumbers;
  model: string;
  /** Fields of the address that made no sense; what is proposed stands in their place. */
  wrong: PlanField[];
}

/** What a class is taken to do where it has done nothing yet. */
const usual = { callsAWeek: 12, inputTokens: 1_500, outputTokens: 500, peakPercent: USUAL_PEAK_PERCENT };

/** What the form begins with: what the course really did, or what a class usually does. */
export function proposedPlan({ students, weeksLeft, habit }: CoursePlanning): PlanNumbers {
  const clamp = (field: PlanField, value: number) =>
    Math.min(planRanges[field][1], Math.max(planRanges[field][0], value));
  const did = habit ?? usual;
  return {
    students: clamp("students", students),
    callsAWeek: clamp("callsAWeek", did.callsAWeek),
    weeks: clamp("weeks", weeksLeft),
    inputTokens: clamp("inputTokens", did.inputTokens),
    outputTokens: clamp("outputTokens", did.outputTokens),
    // A course that was used by a few in one hour says nothing about a class: what was measured is shown, and the assumption stays.
    peakPercent: usual.peakPercent,
  };
}

/** Reads the address over what is proposed; a model that the course may not use counts as none. */
export function readSimulation(search: SearchParams, planning: CoursePlanning): SimulateView {
  const proposed = proposedPlan(planning);
  const wrong: PlanField[] = [];
  const numbers = { ...proposed };
  for (const field of Object.keys(planRanges) as PlanField[]) {
    const text = search[field];
    if (typeof text !== "string" || text === "") continue;
    const value = readPlanNumber(field, text);
    if (value === null) wrong.push(field);
    else numbers[field] = value;
  }
  const isKnown = (name: unknown) => planning.models.some((model) => model.name === name);
  const wanted = [search.model, planning.habit?.model].find(isKnown) as string | undefined;
  return { numbers, wrong, model: wanted ?? planning.models[0]?.name ?? "" };
}

/** The plan for the arithmetic. */
export function planOf({ peakPercent, ...numbers }: PlanNumbers): ClassPlan {
  return { ...numbers, peakShare: peakPercent / 100 };
}

/** The same plan with another model, to be shared or looked at. */
export function simulationHref(courseId: string, { numbers }: SimulateView, model: string): string {
  const query = new URLSearchParams(Object.entries(numbers).map(([field, value]) => [field, String(value)]));
  query.set("model", model);
  return `/courses/${courseId}/simulate?${query}`;
}
