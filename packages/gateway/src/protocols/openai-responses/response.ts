import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import { fold } from "../../canonical/fold.ts";
import type { ReplyContext } from "../../canonical/protocol.ts";
import type { ReplyEvent } from "../../canonical/reply-event.ts";
import { unfold } from "../../canonical/unfold.ts";
import { ResponsesEncoder } from "./stream.ts";
import { ResponsesDecoder } from "./stream-decode.ts";
import * as wire from "./wire.ts";

/** A complete answer; null if it is none: no response, or one that failed or has not ended. Read as a stream that says everything at its end. */
export function decodeReply(value: unknown): CanonicalReply | null {
  const read = wire.response.safeParse(value);
  if (!read.success || (read.data.error ?? null) !== null) return null;
  if ((read.data.output ?? null) === null && (read.data.status ?? null) === null) return null;
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
  const choices = reply.choices.filter(({ index }) => index === 0);
  for (const event of unfold({ ...reply, choices })) encoder.encode(event);
  encoder.end();
  return Buffer.from(JSON.stringify(encoder.final));
}
