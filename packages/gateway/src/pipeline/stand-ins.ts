import type { ModelConfig } from "@lyceum/db/gateway-config";
import type { Need } from "../canonical/call.ts";
import { equivalentModels } from "../routing/equivalent-models.ts";
import type { Standing } from "./choose-model.ts";

/** More would be a list, not a hint. */
const MOST_NAMED = 2;
type Hint = { readonly hint_zh: string; readonly hint_en: string };

/**
 * What a caller is told who may not have one model now: up to two others that could answer instead; null: there is none. `usable`: those that the
 * caller may use now.
 */
export function insteadOf(model: ModelConfig, usable: readonly ModelConfig[]): Hint | null {
  const names = equivalentModels(model, usable).map(({ name }) => name);
  return names.length === 0 ? null : hint(names);
}

/** Up to two models that can do what one can't, by what they are said to be capable of. */
export function ableTo(
  needs: readonly Need[],
  model: ModelConfig,
  usable: readonly ModelConfig[],
  standing: Standing,
): Hint {
  const wanted = { ...model, capabilities: [...model.capabilities, ...needs.filter((need) => need !== "stream")] };
  const names = equivalentModels(wanted, usable)
    .filter(({ deployments }) => deployments.some((each) => standing.canDo(each, needs)))
    .map(({ name }) => name);
  if (names.length > 0) return hint(names);
  return { hint_zh: "你可以使用的模型中没有能做到的。", hint_en: "None of the models that you may use can." };
}

function hint(names: readonly string[]): Hint {
  const named = names.slice(0, MOST_NAMED);
  return { hint_zh: `可以改用 ${named.join(" 或 ")}。`, hint_en: `Use ${named.join(" or ")} instead.` };
}

const words: Readonly<Record<Need, readonly [zh: string, en: string]>> = {
  vision: ["图片输入", "images"],
  tools: ["工具调用", "tools"],
  audio: ["音频输入", "audio"],
  stream: ["流式输出", "streaming"],
  embedding: ["向量", "embeddings"],
};

/** What can't be done, in words. */
export function capabilityWords(needs: readonly Need[]) {
  const named = needs.map((need) => words[need]);
  return {
    capability_zh: named.map(([zh]) => zh).join("、"),
    capability_en: named.map(([, en]) => en).join(", "),
  };
}
