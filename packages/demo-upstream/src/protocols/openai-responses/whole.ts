import { type Block, blocksOf, reach } from "../../scripts/blocks.ts";
import { type Logprob, textLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall } from "../../scripts/plan.ts";
import { countUsage, wholeTally } from "../../scripts/usage-count.ts";
import type { Stamp } from "../protocol.ts";
import { type Asked, emptyResponse, encodeItem, encodePart, encodeUsage, endFields, itemId } from "./response.ts";

/** The response object of an answer that is not streamed. */
export function encodeWhole(call: DemoCall, answer: Answer, asked: Asked, stamp: Stamp) {
  const end = endFields(reach(call, answer).finish);
  const groups = groupMessages(blocksOf(call, answer));
  const left = [...(textLogprobs(call, answer) ?? [])];
  const output = groups.map(([first, ...rest], index) => {
    const parts = [first, ...rest].flatMap((block) =>
      block.kind === "text" || block.kind === "refusal" ? [encodePart(block, takeFor(block.text, left))] : [],
    );
    const status = index === groups.length - 1 ? end.status : "completed";
    return encodeItem(first, itemId(first, `demo_${stamp.ordinal}_${index}`, asked), status, asked, parts);
  });
  const usage = encodeUsage(countUsage(call, answer, wholeTally(call, answer)), answer);
  return {
    ...emptyResponse(call, asked, stamp),
    ...end,
    output,
    usage: answer.usage.report === "never" ? null : usage,
  };
}

/** Takes from `left` the tokens that make `text`. */
function takeFor(text: string, left: Logprob[]): Logprob[] {
  let length = 0;
  const end = left.findIndex(({ token }) => {
    length += token.length;
    return length >= text.length;
  });
  return left.splice(0, end + 1);
}

/** Blocks of text side by side are the parts of one message. */
function groupMessages(blocks: readonly Block[]): [Block, ...Block[]][] {
  const groups: [Block, ...Block[]][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last && isMessage(last[0]) && isMessage(block)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function isMessage({ kind }: Block): boolean {
  return kind === "text" || kind === "refusal";
}
