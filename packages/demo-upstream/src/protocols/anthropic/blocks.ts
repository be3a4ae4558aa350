import { argumentsObject, type Block } from "../../scripts/blocks.ts";
import type { Citation, Finish } from "../../scripts/plan.ts";
import { sign } from "../signatures.ts";

/** `stop_reason`. */
export const stopReasons = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
  "stop-sequence": "stop_sequence",
  pause: "pause_turn",
  context: "model_context_window_exceeded",
  recitation: "refusal",
  blocklist: "refusal",
  spii: "refusal",
  prohibited: "refusal",
  "malformed-call": "end_turn",
} satisfies Record<Finish, string>;

/** How an answer ended, as the JSON fields of a message or of a message_delta. */
export function endFields(finish: Finish, refused: boolean, stopSequence: string | undefined): string {
  const reason = refused && finish === "stop" ? "refusal" : stopReasons[finish];
  const sequence = finish === "stop-sequence" ? JSON.stringify(stopSequence) : "null";
  const details = reason === "refusal" ? ',"stop_details":{"type":"refusal","category":null,"explanation":null}' : "";
  return `"stop_reason":"${reason}","stop_sequence":${sequence}${details}`;
}

/** A content block of a whole answer. */
export function encodeBlock(block: Block) {
  switch (block.kind) {
    case "text": {
      const citations = block.citations.map(encodeCitation);
      return { type: "text", text: block.text, ...(citations.length > 0 && { citations }) };
    }
    case "refusal":
      return { type: "text", text: block.text };
    case "reasoning":
      return { type: "thinking", thinking: block.text, signature: signatureOf(block.text) };
    case "redacted":
      return { type: "redacted_thinking", data: sign("anthropic-redacted", block.data) };
    case "tool":
      return { type: "tool_use", id: toolId(block.id), name: block.name, input: argumentsObject(block.argumentsText) };
  }
}

/** The same as it stands at its start, before its deltas. */
export function encodeStart(block: Block) {
  switch (block.kind) {
    case "text":
    case "refusal":
      return { type: "text", text: "" };
    case "reasoning":
      return { type: "thinking", thinking: "", signature: "" };
    case "redacted":
      return encodeBlock(block);
    case "tool":
      return { type: "tool_use", id: toolId(block.id), name: block.name, input: {} };
  }
}

export function signatureOf(thinking: string): string {
  return sign("anthropic-thinking", thinking);
}

export function encodeCitation({ url, title, citedText }: Citation) {
  return {
    type: "web_search_result_location",
    url,
    title,
    encrypted_index: Buffer.from(url).toString("base64"),
    cited_text: citedText,
  };
}

function toolId(id: string): string {
  return id.replace(/^call_/, "toolu_");
}
