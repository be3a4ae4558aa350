import type { Answer, DemoCall, Piece } from "../../scripts/plan.ts";
import type { UsageCount } from "../../scripts/usage-count.ts";
import type { Stamp, Step } from "../protocol.ts";
import { namedEvent } from "../sse.ts";
import { streamSteps } from "../stream-steps.ts";
import { encodeCitation, encodeStart, endFields, signatureOf } from "./blocks.ts";
import { encodeUsage } from "./usage.ts";

const ping = namedEvent("ping", '{"type": "ping"}');

/**
 * The events of a streamed message: message_start, for each block content_block_start, _delta and _stop, then message_delta with usage so
 * far (it is cumulative) and message_stop. A ping stands behind the first start.
 */
export function encodeStream(call: DemoCall, answer: Answer, stamp: Stamp): Iterator<Step> {
  const model = JSON.stringify(call.model);
  let starts = 0;
  let refused = false;
  const usageField = (usage: UsageCount | undefined) => (usage ? `,"usage":${encodeUsage(usage, answer)}` : "");
  const messageDelta = (fields: string, usage: UsageCount | undefined) =>
    namedEvent("message_delta", `{"type":"message_delta","delta":{${fields}}${usageField(usage)}}`);
  let ending = "";
  return streamSteps(call, answer, {
    start(usage) {
      const suffix = starts++ > 0 ? `_${starts}` : "";
      const message = `{"id":"msg_demo_${stamp.ordinal}${suffix}","type":"message","role":"assistant","model":${model},"content":[],"stop_reason":null,"stop_sequence":null${usageField(usage && begun(usage))}}`;
      return namedEvent("message_start", `{"type":"message_start","message":${message}}`);
    },
    open(block, index) {
      if (block.kind === "refusal") refused = true;
      const start = JSON.stringify(encodeStart(block));
      const event = namedEvent(
        "content_block_start",
        `{"type":"content_block_start","index":${index},"content_block":${start}}`,
      );
      return index === 0 ? event + ping : event;
    },
    delta(_block, index, piece, report) {
      const delta = encodeDelta(piece);
      const event = delta === undefined ? "" : contentDelta(index, delta);
      return report ? event + messageDelta('"stop_reason":null,"stop_sequence":null', report) : event;
    },
    close(block, index) {
      const stop = namedEvent("content_block_stop", `{"type":"content_block_stop","index":${index}}`);
      if (block.kind !== "reasoning") return stop;
      return contentDelta(index, `{"type":"signature_delta","signature":"${signatureOf(block.text)}"}`) + stop;
    },
    finish(finish, usage) {
      ending = endFields(finish, refused, answer.stopSequence);
      return messageDelta(ending, usage);
    },
    repeatUsage: (usage) => messageDelta(ending, usage),
    end: () => namedEvent("message_stop", '{"type":"message_stop"}'),
    error: () =>
      namedEvent(
        "error",
        '{"type":"error","error":{"type":"api_error","message":"The engine died."},"request_id":"req_demo"}',
      ),
  });
}

/** At the start Anthropic has counted a token already: who adds this to what comes later counts too many. */
function begun(usage: UsageCount): UsageCount {
  return { ...usage, output: Math.max(usage.output, 1) };
}

function contentDelta(index: number, delta: string): string {
  return namedEvent("content_block_delta", `{"type":"content_block_delta","index":${index},"delta":${delta}}`);
}

/** Undefined for what is already said in the start of its block. */
function encodeDelta(piece: Piece): string | undefined {
  switch (piece.kind) {
    case "text":
    case "refusal":
      return `{"type":"text_delta","text":${JSON.stringify(piece.text)}}`;
    case "reasoning":
      return `{"type":"thinking_delta","thinking":${JSON.stringify(piece.text)}}`;
    case "citation":
      return JSON.stringify({ type: "citations_delta", citation: encodeCitation(piece.citation) });
    case "tool":
      return `{"type":"input_json_delta","partial_json":${JSON.stringify(piece.argumentsPart)}}`;
    case "redacted":
      return undefined;
  }
}
