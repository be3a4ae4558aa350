import { passageFor } from "./passages.ts";
import { cutText, joinPieces } from "./pieces.ts";
import { answer, type DemoCall, type Script } from "./plan.ts";

/** Milliseconds between chunks: about the pace of a well-loaded GPU server. */
const paceMs = 15;

/** Names a campus might really serve, for the demo and its pictures. They answer a physics question at a human pace. */
export const campusModels = ["qwen3-235b", "deepseek-v3", "deepseek-r1", "glm-4-9b", "minicpm-v-4.6"] as const;

/** Scripts of the campus models; `deepseek-r1` thinks first. */
export const campusScripts: readonly Script[] = campusModels.map((name) => {
  const reasons = name === "deepseek-r1";
  return {
    family: name,
    example: name,
    description: `a plausible paragraph of physics in Chinese, ${paceMs} ms a chunk${reasons ? ", after reasoning" : ""}`,
    plan: (call) => answer(campusPieces(call, reasons), { everyMs: paceMs }),
  };
});

function campusPieces(call: DemoCall, reasons: boolean) {
  const passage = passageFor(call.lastUserText);
  const text = cutText(passage.text);
  return reasons ? joinPieces(cutText(passage.reasoning, "reasoning"), text) : text;
}
