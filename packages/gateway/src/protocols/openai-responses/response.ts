import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import type { AssistantPart } from "../../canonical/canonical-request.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { ResponsesEncoder } from "./stream.ts";
import { ResponsesDecoder } from "./stream-decode.ts";
import * as wire from "./wire.ts";

/** A complete answer; null if it is none: no response, or one that failed or has not ended. Read as a stream that says everything at its end. */
export function decodeReply(value: unknown): CanonicalReply | null {
  const read = wire.response.safeParse(value);
  if (!read.success || (read.data.error ?? null) !== null) return null;
  const status = read.data.status ?? "completed";
  if (status !== "completed" && status !== "incomplete") return null;
  const events: ReplyEvent[] = [];
  const decoder = new ResponsesDecoder((event) => events.push(event));
  decoder.take({ type: "response.completed", response: { ...read.data, status } });
  return fold(events);
}

/** A complete answer as clients of this protocol get it: what its stream ends with. */
export function encodeReply(reply: CanonicalReply, context: ReplyContext): Buffer {
  const encoder = new ResponsesEncoder(context, context.echo?.() ?? {});
  const choice = reply.choices.find(({ index }) => index === 0);
  encoder.encode({ type: "start", id: reply.id });
  const logprobs = choice?.logprobs ?? null;
  for (const [block, part] of (choice?.parts ?? []).entries())
    for (const event of eventsOf(part, block, choice?.parts.findIndex(isText) === block ? logprobs : null))
      encoder.encode(event);
  if (choice !== undefined)
    encoder.encode({ type: "finish", choice: 0, reason: choice.finish, stopSequence: choice.stopSequence });
  encoder.encode({ type: "usage", usage: reply.usage, rawUsage: reply.rawUsage });
  encoder.end();
  return Buffer.from(JSON.stringify(encoder.final));
}

const isText = (part: AssistantPart) => part.type === "text";

function* eventsOf(part: AssistantPart, block: number, logprobs: readonly unknown[] | null): Generator<ReplyEvent> {
  const at = { choice: 0, block };
  switch (part.type) {
    case "text":
      yield { type: "text-start", ...at };
      yield { type: "text-delta", ...at, text: part.text, ...(logprobs !== null && { logprobs }) };
      for (const citation of part.citations ?? []) yield { type: "citation", ...at, citation };
      yield { type: "text-end", ...at };
      return;
    case "reasoning":
      yield { type: "reasoning-start", ...at, ...(part.isRedacted === true && { isRedacted: true }) };
      yield { type: "reasoning-delta", ...at, text: part.text };
      yield { type: "reasoning-end", ...at, signature: part.signature };
      return;
    case "tool-call": {
      const { id, name, isCustom, signature } = part;
      yield {
        type: "tool-input-start",
        ...at,
        id,
        name,
        ...(isCustom === true && { isCustom }),
        ...(signature && { signature }),
      };
      yield { type: "tool-input-delta", ...at, text: part.arguments };
      yield { type: "tool-input-end", ...at };
      return;
    }
    case "refusal":
      yield { type: "refusal-delta", choice: 0, text: part.text };
      return;
    case "image":
    case "document":
    case "audio":
      yield { type: "media", ...at, part };
      return;
    default:
      part satisfies never;
  }
}
