import { countLogprobs } from "../../scripts/logprobs.ts";
import type { Answer, Citation, DemoCall, Piece } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";
import type { Stamp, Step } from "../protocol.ts";
import { streamSteps } from "../stream-steps.ts";
import {
  blockedPrompt,
  encodeGrounding,
  encodeLogprobs,
  encodePart,
  encodeUsage,
  endFields,
  identity,
  thoughtSignature,
} from "./candidate.ts";
import { errorBody } from "./manners.ts";

/** How responses follow one another: as events, or as the elements of one array. */
export type Chunking = { frame(value: unknown, isFirst: boolean): string; end: string };

/** `alt=sse`: Google ends lines with CRLF. */
export const sseChunking: Chunking = { frame: (value) => `data: ${JSON.stringify(value)}\r\n\r\n`, end: "" };

/** Without `alt`: a JSON array, printed over many lines, that grows. */
export const arrayChunking: Chunking = {
  frame: (value, isFirst) => `${isFirst ? "[" : "\n,\r\n"}${JSON.stringify(value, null, 2)}`,
  end: "\n]",
};

/** Every chunk a whole response with the part that is new; the usage in each counts what was written so far. */
export function encodeStream(chunking: Chunking, call: DemoCall, answer: Answer, stamp: Stamp): Iterator<Step> {
  const { report } = answer.usage;
  const reportsAlways = report === "asked" || report === "twice" || report === "every" || report === "cumulative";
  const logprobs = countLogprobs(call);
  let frames = 0;
  let thought = false;
  let endsInCall = false;
  let refused = false;
  let text = "";
  const citations: Citation[] = [];

  const response = (fields: object, usage: UsageCount | undefined) => {
    const usageMetadata = usage && encodeUsage(usage, answer);
    const suffix = answer.quirks.rotatesIds ? `-${frames}` : "";
    const value = { ...fields, ...(usageMetadata && { usageMetadata }), ...identity(call, stamp, suffix) };
    return chunking.frame(value, frames++ === 0);
  };
  const candidates = (fields: object) => ({
    candidates: Array.from({ length: call.choices }, (_, index) => ({ ...fields, index })),
  });
  const withPart = (part: object, more: object = {}) =>
    candidates({ content: { parts: [part], role: "model" }, ...more });
  const due = (usage: UsageCount | undefined, soFar: () => UsageCount) =>
    usage ?? (reportsAlways ? soFar() : undefined);

  return streamSteps(call, answer, {
    start: (usage) => (report === "first" ? response(withPart({ text: "" }), usage) : ""),
    open: () => "",
    delta(_block, _index, piece, usage, soFar) {
      if (piece.kind === "reasoning") thought = true;
      if (piece.kind === "refusal") refused = true;
      if (piece.kind === "text") text += piece.text;
      if (piece.kind === "citation") citations.push(piece.citation);
      const part = encodeDelta(piece);
      const logprob = logprobs(piece);
      const more = logprob ? { logprobsResult: encodeLogprobs([logprob]) } : {};
      return part ? response(withPart(part, more), due(usage, soFar)) : "";
    },
    close(block, _index, soFar) {
      endsInCall = block.kind === "tool";
      const part = endsInCall ? encodePart(block) : undefined;
      return part ? response(withPart(part), due(undefined, soFar)) : "";
    },
    finish(finish, usage) {
      if (answer.quirks.blocksPrompt) return response(blockedPrompt, usage);
      const end = endFields(finish, refused);
      const more = { ...end, ...(citations.length > 0 && { groundingMetadata: encodeGrounding(citations, text) }) };
      if (end.finishReason !== "STOP" && end.finishReason !== "MAX_TOKENS") return response(candidates(more), usage);
      // Calls have signatures of their own; thoughts before text are signed at its end.
      const signature = thought && !endsInCall ? { thoughtSignature: thoughtSignature() } : {};
      return response(withPart({ text: "", ...signature }, more), usage);
    },
    repeatUsage: (usage) => response({}, usage),
    end: () => chunking.end,
    error: () => {
      const value = errorBody({ kind: "refusal", status: 500, type: "", code: null, message: "The engine died." });
      return chunking.frame(value, frames++ === 0) + chunking.end;
    },
  });
}

/** Undefined for what comes whole, or in the last chunk, or not at all. */
function encodeDelta(piece: Piece): object | undefined {
  switch (piece.kind) {
    case "text":
    case "refusal":
      return { text: piece.text };
    case "reasoning":
      return { text: piece.text, thought: true };
    case "redacted":
    case "citation":
    case "tool":
      return undefined;
  }
}
