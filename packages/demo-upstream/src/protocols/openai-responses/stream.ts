import { type Block, reach } from "../../scripts/blocks.ts";
import { countLogprobs, type Logprob } from "../../scripts/logprobs.ts";
import type { Answer, DemoCall, Piece } from "../../scripts/plan.ts";
import { countUsage, type UsageCount, wholeTally } from "../../scripts/usage-count.ts";
import { encodeLogprob } from "../openai-chat/logprobs.ts";
import type { Stamp, Step } from "../protocol.ts";
import { namedEvent } from "../sse.ts";
import { streamSteps } from "../stream-steps.ts";
import {
  type Asked,
  annotationOf,
  emptyResponse,
  encodeItem,
  encodePart,
  encodeUsage,
  endFields,
  itemId,
} from "./response.ts";

type MessageBlock = Extract<Block, { kind: "text" | "refusal" }>;

/**
 * The events of a streamed response, numbered from 0: created, in_progress, for each item added, its parts and deltas, done; at the end
 * completed or incomplete with the whole response. `onEnd` gets that response.
 */
export function encodeStream(
  call: DemoCall,
  answer: Answer,
  asked: Asked,
  stamp: Stamp,
  onEnd: (response: object) => void,
): Iterator<Step> {
  const { report } = answer.usage;
  const base = emptyResponse(call, asked, stamp);
  const output: object[] = [];
  const parts: object[] = [];
  let message: MessageBlock | undefined;
  let outputIndex = -1;
  let sequence = 0;
  let partLogprobs: Logprob[] = [];
  const logprobs = countLogprobs(call);

  const event = (type: string, fields: object) => {
    const json = JSON.stringify({ type, sequence_number: sequence++, ...fields });
    return namedEvent(type, json);
  };
  const idOf = (block: Block) => {
    const id = `demo_${stamp.ordinal}_${outputIndex}`;
    return itemId(block, answer.quirks.rotatesIds ? `${id}_${sequence}` : id, asked);
  };
  const itemHere = (block: Block, status: string) => encodeItem(block, idOf(block), status, asked, [...parts]);
  const place = (block: Block) => ({ item_id: idOf(block), output_index: outputIndex });
  const partPlace = (block: Block) => ({ ...place(block), content_index: parts.length });

  const addItem = (block: Block) => {
    outputIndex++;
    return event("response.output_item.added", { output_index: outputIndex, item: itemHere(block, "in_progress") });
  };
  const endItem = (block: Block, status: string) => {
    const item = itemHere(block, status);
    output.push(item);
    return event("response.output_item.done", { output_index: outputIndex, item });
  };
  const closeMessage = (status = "completed") => {
    if (!message) return "";
    const text = endItem(message, status);
    message = undefined;
    parts.length = 0;
    return text;
  };

  const openPart = (block: MessageBlock) => {
    const text = message ? "" : addItem(block);
    message = block;
    partLogprobs = [];
    return text + event("response.content_part.added", { ...partPlace(block), part: encodePart(block) });
  };
  const closePart = (block: MessageBlock) => {
    const part = encodePart(block, partLogprobs);
    const done =
      block.kind === "text"
        ? event("response.output_text.done", {
            ...partPlace(block),
            text: block.text,
            logprobs: partLogprobs.map(encodeLogprob),
          })
        : event("response.refusal.done", { ...partPlace(block), refusal: block.text });
    const text = done + event("response.content_part.done", { ...partPlace(block), part });
    parts.push(part);
    return text;
  };
  const rawPart = (what: "added" | "done", block: Extract<Block, { kind: "reasoning" }>) => {
    const part = { type: "reasoning_text", text: block.text };
    return event(`response.content_part.${what}`, { ...place(block), content_index: 0, part });
  };
  const statusOf = (isLast: boolean) => (isLast ? endFields(reach(call, answer).finish).status : "completed");
  const pieceCount = reach(call, answer).count;
  let pieces = 0;

  const final = (fields: object, usage: UsageCount | undefined) => ({
    ...base,
    ...fields,
    output,
    usage: usage ? encodeUsage(usage, answer) : null,
  });

  return streamSteps(call, answer, {
    start(usage) {
      const response = { ...base, usage: report === "first" && usage ? encodeUsage(usage, answer) : null };
      return event("response.created", { response }) + event("response.in_progress", { response });
    },
    open(block) {
      if (block.kind === "text" || block.kind === "refusal") return openPart(block);
      const text = closeMessage() + addItem(block);
      if (block.kind !== "reasoning") return text;
      if (asked.isRaw) return text + rawPart("added", block);
      const part = { type: "summary_text", text: "" };
      return text + event("response.reasoning_summary_part.added", { ...place(block), summary_index: 0, part });
    },
    delta(block, _index, piece) {
      pieces++;
      const logprob = logprobs(piece);
      if (logprob) partLogprobs.push(logprob);
      const delta = encodeDelta(block, piece, asked, logprob);
      if (!delta) return "";
      const inReasoning = asked.isRaw ? { content_index: 0 } : { summary_index: 0 };
      const at = block.kind === "reasoning" ? { ...place(block), ...inReasoning } : place(block);
      return event(delta.type, { ...(isPart(block) ? partPlace(block) : at), ...delta.fields });
    },
    close(block) {
      if (isPart(block)) return closePart(block);
      const status = statusOf(pieces === pieceCount);
      if (block.kind === "reasoning" && asked.isRaw) {
        const done = event("response.reasoning_text.done", { ...place(block), content_index: 0, text: block.text });
        return done + rawPart("done", block) + endItem(block, status);
      }
      if (block.kind === "reasoning") {
        const at = { ...place(block), summary_index: 0 };
        const part = { type: "summary_text", text: block.text };
        const done = event("response.reasoning_summary_text.done", { ...at, text: block.text });
        return done + event("response.reasoning_summary_part.done", { ...at, part }) + endItem(block, status);
      }
      if (block.kind !== "tool") return endItem(block, status);
      const { name, argumentsText } = block;
      const done = asked.customNames.has(name)
        ? event("response.custom_tool_call_input.done", { ...place(block), input: argumentsText })
        : event("response.function_call_arguments.done", { ...place(block), name, arguments: argumentsText });
      return done + endItem(block, status);
    },
    finish(finish, usage) {
      const end = endFields(finish);
      const text = closeMessage(end.status);
      const isSaid = report === "never" || report === "first";
      const due = usage ?? (isSaid ? undefined : countUsage(call, answer, wholeTally(call, answer)));
      const response = final(end, due);
      onEnd(response);
      return text + event(`response.${end.status}`, { response });
    },
    end: () => "",
    error() {
      const error = { code: "server_error", message: "The engine died." };
      return event("response.failed", { response: final({ status: "failed", error }, undefined) });
    },
  });
}

function isPart(block: Block): block is MessageBlock {
  return block.kind === "text" || block.kind === "refusal";
}

/** Undefined for what says nothing on the way. */
function encodeDelta(
  block: Block,
  piece: Piece,
  { customNames, isRaw }: Asked,
  logprob: Logprob | undefined,
): { type: string; fields: object } | undefined {
  switch (piece.kind) {
    case "text":
      return {
        type: "response.output_text.delta",
        fields: { delta: piece.text, logprobs: logprob ? [encodeLogprob(logprob)] : [] },
      };
    case "refusal":
      return { type: "response.refusal.delta", fields: { delta: piece.text } };
    case "reasoning":
      return {
        type: isRaw ? "response.reasoning_text.delta" : "response.reasoning_summary_text.delta",
        fields: { delta: piece.text },
      };
    case "citation": {
      if (block.kind !== "text") return undefined;
      const annotation = annotationOf(piece.citation, block.text.length);
      return {
        type: "response.output_text.annotation.added",
        fields: { annotation_index: block.citations.length - 1, annotation },
      };
    }
    case "tool": {
      if (piece.argumentsPart === "" || block.kind !== "tool") return undefined;
      const kind = customNames.has(block.name) ? "custom_tool_call_input" : "function_call_arguments";
      return { type: `response.${kind}.delta`, fields: { delta: piece.argumentsPart } };
    }
    case "redacted":
      return undefined;
  }
}
