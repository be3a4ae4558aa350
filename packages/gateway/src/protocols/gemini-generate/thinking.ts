import type { Effort, ReasoningWish } from "../../canonical/canonical-request.ts";
import type { Notes } from "../../canonical/notes.ts";
import { invalid } from "../../json/plain-fields.ts";
import type { ThinkingScale } from "../../providers/gemini-dialect.ts";
import type { WireThinkingConfig } from "./wire.ts";

/** From the least thinking to the most. */
const efforts: readonly Effort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
/** What Google's own OpenAI-like endpoint makes of an effort (ai.google.dev/gemini-api/docs/openai). */
const budgets: Readonly<Record<Exclude<Effort, "none">, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 32_768,
  max: 32_768,
};
const PATH = "generationConfig.thinkingConfig";
/** The model thinks as long as it sees fit. */
const DYNAMIC = -1;

/** What a client says of thinking; null: nothing but that it needn't be shown, which is so anyway. */
export function decodeThinking(config: WireThinkingConfig | null): ReasoningWish | null {
  if (config === null) return null;
  const { thinkingBudget, thinkingLevel, includeThoughts } = config;
  const effort = decodeLevel(thinkingLevel ?? null);
  const budget = thinkingBudget ?? null;
  if (budget !== null && budget < DYNAMIC)
    throw invalid(`${PATH}.thinkingBudget`, "thinkingBudget 应不小于 -1。", "thinkingBudget must not be below -1.");
  if (effort === null && budget === null && includeThoughts !== true) return null;
  const isOff = budget === 0;
  return {
    effort: isOff ? "none" : effort,
    budgetTokens: budget !== null && budget > 0 ? budget : null,
    isEnabled: !isOff,
    isAdaptive: budget === DYNAMIC || (budget === null && effort === null),
    showsThoughts: includeThoughts ?? null,
  };
}

function decodeLevel(level: string | null): Effort | null {
  if (level === null) return null;
  switch (level.toUpperCase()) {
    case "THINKING_LEVEL_UNSPECIFIED":
      return null;
    case "MINIMAL":
      return "minimal";
    case "LOW":
      return "low";
    case "MEDIUM":
      return "medium";
    case "HIGH":
      return "high";
    default:
      throw invalid(
        `${PATH}.thinkingLevel`,
        "thinkingLevel 应为 minimal、low、medium 或 high。",
        "thinkingLevel must be minimal, low, medium or high.",
      );
  }
}

/** `thinkingConfig` for a model that is told by `scale` (case 20); null: nothing is to be said. What has to give way is named in `notes`. */
export function encodeThinking(
  wish: ReasoningWish | null,
  scale: ThinkingScale,
  notes: Notes,
): Record<string, unknown> | null {
  if (wish === null) return null;
  if (scale.kind === "none") {
    if (wish.isEnabled && wish.effort !== "none") notes.drop("reasoning");
    return null;
  }
  const isOff = !wish.isEnabled || wish.effort === "none";
  const amount =
    scale.kind === "levels" ? levelFor(wish, isOff, scale.levels, notes) : budgetFor(wish, isOff, scale, notes);
  return { ...amount, ...(!isOff && { includeThoughts: wish.showsThoughts ?? true }) };
}

function levelFor(
  wish: ReasoningWish,
  isOff: boolean,
  levels: readonly Effort[],
  notes: Notes,
): Record<string, unknown> {
  const wanted = isOff ? "none" : (wish.effort ?? effortOfBudget(wish.budgetTokens));
  if (wanted === null) return {};
  const rank = (effort: Effort) => efforts.indexOf(effort);
  // The next level that is no lower, or the highest there is.
  const level = levels.find((each) => rank(each) >= rank(wanted)) ?? levels.at(-1) ?? "high";
  if (level !== wanted || wish.effort === null) notes.clamp("thinkingLevel", level);
  return { thinkingLevel: level };
}

/** The level whose usual budget is nearest. */
function effortOfBudget(tokens: number | null): Effort | null {
  if (tokens === null) return null;
  if (tokens <= 512) return "minimal";
  if (tokens <= 4_096) return "low";
  return tokens <= 16_384 ? "medium" : "high";
}

function budgetFor(
  { budgetTokens, effort, isAdaptive }: ReasoningWish,
  isOff: boolean,
  scale: Extract<ThinkingScale, { kind: "budget" }>,
  notes: Notes,
): Record<string, unknown> {
  if (isOff && scale.canBeOff) return { thinkingBudget: 0 };
  const wanted = isOff ? 0 : (budgetTokens ?? (effort === null || effort === "none" ? null : budgets[effort]));
  if (wanted === null) return isAdaptive ? { thinkingBudget: DYNAMIC } : {};
  const thinkingBudget = Math.min(Math.max(wanted, scale.least), scale.most);
  if (thinkingBudget !== wanted) notes.clamp("thinkingBudget", thinkingBudget);
  return { thinkingBudget };
}
