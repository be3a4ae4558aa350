import { blocksOf, reach } from "../../scripts/blocks.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, wholeTally } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";
import { encodeBlock, endFields } from "./blocks.ts";
import { encodeUsage } from "./usage.ts";

/** The body of a message that is not streamed. */
export function encodeWhole(call: DemoCall, answer: Answer, stamp: Stamp): string {
  const blocks = blocksOf(call, answer);
  const refused = blocks.some(({ kind }) => kind === "refusal");
  const ending = endFields(reach(call, answer).finish, refused, answer.stopSequence);
  const usage = encodeUsage(countUsage(call, answer, wholeTally(call, answer)), answer);
  const usageField = answer.usage.report === "never" ? "" : `,"usage":${usage}`;
  const head = `{"id":"msg_demo_${stamp.ordinal}","type":"message","role":"assistant","model":${JSON.stringify(call.model)}`;
  return `${head},"content":${JSON.stringify(blocks.map(encodeBlock))},${ending}${usageField}}`;
}
