import type { CanonicalReply } from "../../canonical/canonical-reply.ts";
import { Fold } from "../../canonical/fold.ts";
import { isRecord } from "../../json/is-record.ts";
import { complaintIn } from "./errors.ts";
import { ReplyReader } from "./reply-reader.ts";

/** A whole answer, read as a stream of one chunk is, so that the two never differ. Null: that is no chat completion. */
export function decodeReply(value: unknown): CanonicalReply | null {
  if (!isRecord(value) || !Array.isArray(value.choices) || complaintIn({ error: value.error }) !== null) return null;
  const fold = new Fold();
  let isBroken = false;
  const reader = new ReplyReader((event) => {
    if (event.type === "error") isBroken = true;
    else fold.add(event);
  });
  try {
    reader.read(value);
  } catch (error) {
    if (error instanceof RangeError) return null; // nested so deeply that it can't be written again
    throw error;
  }
  if (isBroken) return null;
  reader.end();
  const reply = fold.reply();
  // Without any choice it has ended, and says nothing.
  const silence = { index: 0, parts: [], finish: "stop", stopSequence: null, logprobs: null } as const;
  return reply.choices.length === 0 ? { ...reply, choices: [silence] } : reply;
}
