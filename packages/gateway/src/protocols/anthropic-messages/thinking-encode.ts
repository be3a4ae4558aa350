import type { CanonicalRequest, ReasoningWish } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import type { Target } from "../../canonical/target.ts";
import { LEAST_BUDGET } from "./request.ts";
import { isForced } from "./tools-encode.ts";

export type WireThinking = { readonly thinking?: object; readonly effort?: string };

/** Tokens to think with, for models that are told so. */
const budgets = { minimal: 1_024, low: 2_048, medium: 8_192, high: 16_384, xhigh: 32_768, max: 64_000 } as const;
/** At most so much of an answer's room goes into thoughts where only an effort was named. */
const MOST_OF_ROOM = 0.8;

/**
 * How hard a model thinks: by an effort where it decides itself, by tokens where it doesn't (case 20). `limit`: what is sent as max_tokens.
 * `isByTool`: a tool takes the answer.
 */
export function encodeThinking(
  request: CanonicalRequest,
  target: Target,
  limit: number,
  isByTool: boolean,
  notes: Notes,
): WireThinking {
  const { reasoning: wish } = request;
  if (wish === null) return {};
  if (!wish.isEnabled || wish.effort === "none") return { thinking: { type: "disabled" } };
  // Anthropic refuses to think where a tool must be called.
  if (isByTool || isForced(request.toolChoice)) {
    notes.drop("reasoning_effort");
    return {};
  }
  const display = wish.showsThoughts === null ? {} : { display: wish.showsThoughts ? "summarized" : "omitted" };
  const isBudgeted = target.provider.thinksByBudget?.(target.upstreamModel) ?? wish.budgetTokens !== null;
  if (!isBudgeted || wish.isAdaptive) {
    const effort = effortOf(wish, notes);
    return { thinking: { type: "adaptive", ...display }, ...(effort !== null && { effort }) };
  }
  const budget = budgetOf(wish, limit);
  // Nor does a model that thinks by budget go on with a turn of calls that doesn't begin with its signed thought.
  if (budget < LEAST_BUDGET || lacksThought(request)) {
    notes.drop("reasoning_effort");
    return {};
  }
  if (wish.budgetTokens !== null && wish.budgetTokens !== budget) notes.clamp("budget_tokens", budget);
  return { thinking: { type: "enabled", budget_tokens: budget, ...display } };
}

function budgetOf({ budgetTokens, effort }: ReasoningWish, limit: number): number {
  if (budgetTokens !== null) return Math.min(Math.max(budgetTokens, LEAST_BUDGET), limit - 1);
  return Math.min(budgets[effort === null || effort === "none" ? "medium" : effort], Math.floor(limit * MOST_OF_ROOM));
}

/** Null: the model's own. What is said with another word is named. */
function effortOf({ effort, budgetTokens }: ReasoningWish, notes: Notes): string | null {
  if (effort !== null && effort !== "minimal" && effort !== "none") return effort;
  if (effort === null && budgetTokens === null) return null;
  const known = ["low", "medium", "high", "xhigh"] as const;
  const near = effort === null ? known.find((each) => (budgetTokens ?? 0) <= budgets[each]) : "low";
  const value = near ?? "max";
  notes.clamp("reasoning_effort", value);
  return value;
}

/** The model is in the middle of a turn of calls whose thought was lost on the way. */
function lacksThought({ messages }: CanonicalRequest): boolean {
  if (messages.at(-1)?.role !== "tool") return false;
  const last = messages.findLast((message) => message.role === "assistant");
  if (last?.role !== "assistant") return false;
  return !last.parts.some((part) => part.type === "reasoning" && part.signature?.protocol === "anthropic-messages");
}
