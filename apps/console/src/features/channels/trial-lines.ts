import { checkOutcomes, type ModelCheck, modelChecks } from "@lyceum/domain";
import { z } from "zod";

/** What a page hears of trials of models, a line of JSON each. Sentences are in its language. */
export const trialLine = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("check"),
    model: z.string(),
    check: z.enum(modelChecks),
    outcome: z.enum(checkOutcomes),
    totalMs: z.number(),
    ttftMs: z.number().nullable(),
    /** What the upstream said, or what it means. */
    said: z.string(),
  }),
  z.object({ kind: z.literal("model"), model: z.string(), isUsable: z.boolean() }),
  z.object({ kind: z.literal("end"), ok: z.boolean(), message: z.string() }),
]);
export type TrialLine = z.infer<typeof trialLine>;
export type CheckFound = Extract<TrialLine, { kind: "check" }>;

/** One model's trial so far; `isUsable` null: it is not through yet. */
export type ModelTrial = {
  readonly checks: Readonly<Partial<Record<ModelCheck, CheckFound>>>;
  readonly isUsable: boolean | null;
};
export type ModelTrials = ReadonlyMap<string, ModelTrial>;

const untried: ModelTrial = { checks: {}, isUsable: null };

/** The trials after one more line. */
export function withLine(trials: ModelTrials, line: TrialLine): ModelTrials {
  if (line.kind === "end") return trials;
  const before = trials.get(line.model) ?? untried;
  const after =
    line.kind === "model"
      ? { ...before, isUsable: line.isUsable }
      : { ...before, checks: { ...before.checks, [line.check]: line } };
  return new Map(trials).set(line.model, after);
}

/** Nothing known yet of these models. */
export function untriedModels(models: readonly string[]): ModelTrials {
  return new Map(models.map((model) => [model, untried]));
}

/** How many of them are through, and how many of those can be used. */
export function countTrials(trials: ModelTrials): { all: number; done: number; usable: number } {
  const each = [...trials.values()];
  return {
    all: each.length,
    done: each.filter(({ isUsable }) => isUsable !== null).length,
    usable: each.filter(({ isUsable }) => isUsable === true).length,
  };
}

/** What a model was found to be capable of, as it would be said of it. */
export function foundCapabilities(trial: ModelTrial | undefined): ("vision" | "tools" | "embedding")[] {
  const has = (check: ModelCheck) => trial?.checks[check]?.outcome === "passed";
  return (["vision", "tools", "embedding"] as const).filter(has);
}

/** Whole lines out of the pieces in which they come. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield line;
      if (done) break;
    }
    if (rest !== "") yield rest;
  } finally {
    // Whoever stops reading wants no more of it; of a stream that has failed itself the reader has heard already.
    await reader.cancel().catch(() => undefined);
  }
}
