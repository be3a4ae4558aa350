import type { ModelRow, TriedRow } from "../model-rows.ts";
import { foundCapabilities, type ModelTrials } from "../trial-lines.ts";

/** How the trials came out for the rows of a form. */
export function standing(rows: readonly ModelRow[], trials: ModelTrials) {
  const passing = rows.filter(({ upstreamModel }) => trials.get(upstreamModel)?.isUsable === true).length;
  return { all: rows.length, passing, isTested: rows.length > 0 && passing === rows.length };
}

/** Rows with what their models were found to be capable of. */
export function withFindings(rows: readonly ModelRow[], trials: ModelTrials): TriedRow[] {
  return rows.map((row) => ({ ...row, capabilities: foundCapabilities(trials.get(row.upstreamModel)) }));
}
