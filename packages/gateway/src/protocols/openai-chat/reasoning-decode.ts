import type { Effort, ReasoningWish } from "../../canonical/canonical-request.ts";
import { invalid } from "../../json/plain-fields.ts";
import { unknownMembers } from "../../json/wire.ts";
import { reasoningSchemas, type WireRequest } from "./wire.ts";

/**
 * What the client wants of thinking, in any of the words that servers of this protocol are asked in: OpenAI's `reasoning_effort`, OpenRouter's
 * `reasoning`, DeepSeek's `thinking`, DashScope's `enable_thinking`, the template arguments of vLLM (case 20). Null: it said nothing.
 */
export function decodeReasoning(request: WireRequest, unmapped: string[]): ReasoningWish | null {
  const { reasoning, thinking, chat_template_kwargs: template } = request;
  if (reasoning) unmapped.push(...unknownMembers(reasoningSchemas.reasoning, reasoning, "reasoning"));
  if (thinking) unmapped.push(...unknownMembers(reasoningSchemas.thinking, thinking, "thinking"));
  if (template) unmapped.push(...unknownMembers(reasoningSchemas.templateArguments, template, "chat_template_kwargs"));
  const effort: Effort | null = request.reasoning_effort ?? reasoning?.effort ?? null;
  const budgetTokens = thinking?.budget_tokens ?? reasoning?.max_tokens ?? request.thinking_budget ?? null;
  const isAdaptive = thinking?.type === "adaptive" || thinking?.type === "auto";
  const switched = [
    thinking ? thinking.type !== "disabled" : null,
    request.enable_thinking,
    template?.enable_thinking ?? template?.thinking,
    reasoning?.enabled,
  ].find((each) => typeof each === "boolean");
  const showsThoughts = shown(request);
  if (effort === null && budgetTokens === null && switched === undefined && showsThoughts === null) return null;
  const limit = request.max_completion_tokens ?? request.max_tokens ?? null;
  if (thinking?.budget_tokens != null && limit !== null && thinking.budget_tokens >= limit) {
    throw invalid(
      "thinking.budget_tokens",
      `thinking.budget_tokens 必须小于输出上限 ${limit}。`,
      `thinking.budget_tokens must be less than the output limit of ${limit}.`,
    );
  }
  const isEnabled = switched ?? (effort !== null ? effort !== "none" : budgetTokens === null || budgetTokens > 0);
  return { effort, budgetTokens, isEnabled, isAdaptive, showsThoughts };
}

function shown({ reasoning, thinking, include_reasoning }: WireRequest): boolean | null {
  if (typeof reasoning?.exclude === "boolean") return !reasoning.exclude;
  if (typeof include_reasoning === "boolean") return include_reasoning;
  if (typeof thinking?.display === "string") return thinking.display !== "omitted";
  return null;
}
