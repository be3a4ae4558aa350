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
      const effort = isEnabled ? effortOf(wish, notes) : "none";
      return effort === null ? {} : { reasoning_effort: taken(effort, dialect, notes) };
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
  const effort = wish.isEnabled ? effortOf(wish, notes) : null;
  return effort === null ? {} : { reasoning_effort: taken(effort, dialect, notes) };
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
function effortOf({ effort, budgetTokens }: ReasoningWish, notes: Notes): Effort | null {
  if (effort !== null) return effort;
  if (budgetTokens === null) return null;
  const nearest = budgets.find(([, most]) => budgetTokens <= most)?.[0] ?? "high";
  notes.clamp("reasoning_effort", nearest);
  return nearest;
}

/** The nearest effort that the server knows. */
function taken(effort: Effort, { efforts }: OpenAiDialect, notes: Notes): string {
  if (effort === "low" || effort === "medium" || effort === "high" || efforts.has(effort)) return effort;
  const nearest = effort === "xhigh" || effort === "max" ? "high" : "low";
  notes.clamp("reasoning_effort", nearest);
  return nearest;
}
