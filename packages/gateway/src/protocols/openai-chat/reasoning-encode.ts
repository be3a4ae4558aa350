import type { Effort, ReasoningWish } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { OpenAiDialect } from "../../providers/openai-dialect.ts";

/** Thinking tokens that efforts stand for where a vendor knows only one of the two; above the last it is as long as the model likes. */
const budgets: readonly (readonly [Effort, number])[] = [
  ["minimal", 1_024],
  ["low", 4_096],
  ["medium", 16_384],
];

/** What the client wants of thinking in the words of this dialect (case 20); what they can't say is named. */
export function encodeReasoning(wish: ReasoningWish | null, dialect: OpenAiDialect, notes: Notes): object {
  if (wish === null) return {};
  const { isEnabled, budgetTokens } = wish;
  switch (dialect.thinking) {
    case "effort": {
      return isEnabled
        ? encodeEffort(wish, dialect, notes)
        : { reasoning_effort: taken("none", "none", dialect, notes) };
    }
    case "thinking":
      return { thinking: { type: isEnabled ? "enabled" : "disabled" }, ...encodeEffort(wish, dialect, notes) };
    case "enable_thinking":
      return { enable_thinking: isEnabled, ...(isEnabled && encodeBudget(wish, dialect, notes)) };
    case "template":
      return {
        chat_template_kwargs: { enable_thinking: isEnabled },
        ...(isEnabled && dialect.budgetField !== null && budgetTokens !== null
          ? { [dialect.budgetField]: budgetTokens }
          : encodeEffort(wish, dialect, notes)),
      };
    default:
      return dialect.thinking satisfies never;
  }
}

function encodeEffort(wish: ReasoningWish, dialect: OpenAiDialect, notes: Notes): object {
  const effort = wish.isEnabled ? effortOf(wish) : null;
  return effort === null ? {} : { reasoning_effort: taken(effort, wish.effort, dialect, notes) };
}

function encodeBudget({ effort, budgetTokens }: ReasoningWish, { budgetField }: OpenAiDialect, notes: Notes): object {
  if (budgetField === null) return {};
  if (budgetTokens !== null) return { [budgetField]: budgetTokens };
  const budget = budgets.find(([each]) => each === effort)?.[1];
  if (budget === undefined) return {};
  notes.clamp(budgetField, budget);
  return { [budgetField]: budget };
}

/** Null: none was named, so the model's own. */
function effortOf({ effort, budgetTokens }: ReasoningWish): Effort | null {
  if (effort !== null || budgetTokens === null) return effort;
  return budgets.find(([, most]) => budgetTokens <= most)?.[0] ?? "high";
}

/** The nearest effort that the server knows; named where it isn't the one that was `wanted`. */
function taken(effort: Effort, wanted: Effort | null, { efforts }: OpenAiDialect, notes: Notes): string {
  const isKnown = effort === "low" || effort === "medium" || effort === "high" || efforts.has(effort);
  const nearest = isKnown ? effort : effort === "xhigh" || effort === "max" ? "high" : "low";
  if (nearest !== wanted) notes.clamp("reasoning_effort", nearest);
  return nearest;
}
